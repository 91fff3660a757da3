"""The database backend of the site on PostgreSQL: Django's own, which looks at a connection before it uses it again."""
