"""Texts of openid-provider.properties files."""

from dataclasses import dataclass, field


@dataclass
class Client:
    """What a site is at a provider."""

    provider: str = "aaf"
    id: str = "client-of-the-site"
    secret: str = "canary-client-secret"


@dataclass
class ProviderBlock:
    """The keys of one provider; `keys` adds to them, and None takes one away."""

    base: str
    client: Client = field(default_factory=Client)
    keys: dict = field(default_factory=dict)

    def text(self):
        keys = {
            "clientId": self.client.id,
            "clientSecret": self.client.secret,
            "accessTokenUri": f"{self.base}/providers/op/token",
            "userAuthUri": f"{self.base}/providers/op/authorize",
            "scopes": "openid,profile,email",
            "link": f'<a href="/openid-login?providerId={self.client.provider}">Sign in</a>',
            "shouldFilterEmailDomains": "false",
            "forceUserCreate": "true",
            "userAutoEnabled": "true",
            "userAutoVerified": "true",
            "emailProperty": "email",
            "givenNameProperty": "given_name",
            "familyNameProperty": "family_name",
        } | self.keys
        return "".join(f"openid.{self.client.provider}.{name}={value}\n"
                       for name, value in keys.items() if value is not None)


def site(site_url, blocks, **keys):
    """A whole file in the AIS layout: one file, providers listed in `enabled`."""
    names = {
        "auth.method": "openid", "type": "openid", "provider.id": "openid", "visible": "true",
        "name": "OpenID sign-in",
        "disableUsernamePasswordLogin": "false",
        "enabled": ",".join(block.client.provider for block in blocks),
        "siteUrl": site_url, "preEstablishedRedirUri": "/openid-login",
    } | {name.replace("_", "."): value for name, value in keys.items()}
    text = "".join(f"{name}={value}\n" for name, value in names.items() if value is not None)
    return text + "".join(block.text() for block in blocks)


def own_file(site_url, block, **keys):
    """A file about one provider, in the layout of plugin 1.1 and later."""
    return site(site_url, [block], provider_id=block.client.provider,
                name=f"Provider {block.client.provider}", **keys).replace(
                    f"enabled={block.client.provider}\n", "", 1)
