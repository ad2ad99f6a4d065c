"""How works reach the portal: expressions of interest, the template's form, review, desks."""
