"""Every requirement on a relying party, as one table: REQUIREMENTS."""

from conformance.core import core
from conformance.discovery import discovery
from conformance.jose import rfc7515, rfc7516, rfc7517, rfc7518, rfc7519, rfc7797, rfc8725
from conformance.oauth import rfc6749, rfc6750, rfc7636, rfc9207, rfc9700
from conformance.openid_plans import basic, config

SPECIFICATIONS = (core, discovery, rfc6749, rfc6750, rfc7636, rfc9207, rfc9700, rfc7515, rfc7516, rfc7517,
                  rfc7518, rfc7519, rfc7797, rfc8725, basic, config)

REQUIREMENTS = [row for specification in SPECIFICATIONS for row in specification.rows]
