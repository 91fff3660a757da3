"""Static files with their content's hash in the name, compressed once when they are collected."""

from whitenoise.storage import CompressedManifestStaticFilesStorage


class HashedFiles(CompressedManifestStaticFilesStorage):
    """Also renames what JavaScript modules import from each other."""

    support_js_module_import_aggregation = True
