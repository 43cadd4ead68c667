"""Every requirement on a relying party, as one table: REQUIREMENTS."""

from conformance import openid_plans
from conformance.bearer import rfc9068
from conformance.core import core
from conformance.discovery import discovery
from conformance.jose import rfc7515, rfc7516, rfc7517, rfc7518, rfc7519, rfc7797, rfc8725
from conformance.logout import backchannel
from conformance.oauth import rfc6749, rfc6750, rfc7636, rfc9207, rfc9700
from conformance.rp_logout import rp_logout

SPECIFICATIONS = (core, discovery, rp_logout, backchannel, rfc6749, rfc6750, rfc7636, rfc9068, rfc9207, rfc9700,
                  rfc7515, rfc7516, rfc7517, rfc7518, rfc7519, rfc7797, rfc8725, openid_plans.basic,
                  openid_plans.config, openid_plans.rp_logout, openid_plans.backchannel)

REQUIREMENTS = [row for specification in SPECIFICATIONS for row in specification.rows]
