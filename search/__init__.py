"""Everything about finding: the request, the facets, the document, the engines, the outbox."""
