"""Real outages need servers of the test's own: they are for where the suite has a PostgreSQL and a Redis."""

from django.conf import settings

ON_SERVERS = settings.DATABASES["default"]["ENGINE"].endswith("postgresql") and settings.REDIS_URL
collect_ignore = [] if ON_SERVERS else ["test_redis.py", "test_postgres.py", "test_two_machines.py"]
