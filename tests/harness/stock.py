"""A set-up in which nothing is installed in XNAT: it is handed alias tokens (--handoff xnat-token)."""

PASSWORD = "canary-service-password"
ADMIN = f"admin:{PASSWORD}"


def admin_file(folder, text=f"{ADMIN}\n"):
    """The file of the service account."""
    path = folder / "xnat-admin"
    path.write_text(text)
    path.chmod(0o600)
    return path


def make_stock(launch, folder, people, options=(), xnat_options=(), provider_options=(), **settings):
    """people: a file of the provider's."""
    return launch(filter_on=False, xnat_options=["--admin", ADMIN, *xnat_options],
                  provider_options=["--people", people, *provider_options],
                  options=["--handoff", "xnat-token", "--xnat-admin-file", admin_file(folder),
                           *options], **settings)
