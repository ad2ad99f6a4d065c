"""Rows from files to pages, with a report: nothing is lost silently, nothing imported twice."""
