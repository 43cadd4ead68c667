package oidc.handoff;

import com.fasterxml.jackson.databind.JsonNode;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Pattern;

/** Believes an assertion, or refuses it: a JWT (RFC 7519) that the sidecar signed for XNAT a moment ago. */
final class AssertionVerifier {
    /** More than the sidecar writes, and than Tomcat takes (8 kB of headers). */
    private static final int TEXT_MAX = 8192;
    private static final int HEADER_MAX = 512;
    private static final int CLAIM_MAX = 2048;
    private static final int HEADER_MEMBERS = 3;

    /** The sidecar's life of an assertion, in seconds. Which of a longer life is none of its. */
    private static final long LIFE_MAX = 60;
    /** The clock of the sidecar may be this far ahead of ours. Expiry has no leeway: an assertion is renewed at half its
     * life, so that a clock behind ours by less than that does no harm. */
    private static final long AHEAD_MAX = 30;

    private static final String AUDIENCE = "xnat";
    private static final Pattern USERNAME = Pattern.compile("[a-zA-Z][A-Za-z0-9\\-_'.]{0,63}");
    private static final String[] TEXTS = {"sub", "email", "given_name", "family_name", "provider", "provider_sub"};
    private static final String[] FLAGS = {"auto_enabled", "auto_verified", "create_user"};

    private final String issuer;
    private final SidecarKeys keys;

    AssertionVerifier(String issuer, SidecarKeys keys) {
        this.issuer = issuer;
        this.keys = keys;
    }

    /** @param now seconds since 1970 */
    Assertion verify(String text, long now) throws Refusal {
        String[] parts = parts(text);
        String kid = kid(parts[0]);
        byte[] signed = (parts[0] + "." + parts[1]).getBytes(StandardCharsets.US_ASCII);
        if (!P256.verifies(keys.find(kid), signed, bytes(parts[2]))) {
            throw new Refusal(Reason.ASSERTION_SIGNATURE);
        }
        JsonNode claims = object(parts[1]);
        checkFrame(claims);
        checkTimes(claims, now);
        return new Assertion(facts(claims));
    }

    /** RFC 7515, 7.1: three parts, none of them empty. */
    private static String[] parts(String text) throws Refusal {
        String[] parts = text.split("\\.", -1);
        if (text.length() > TEXT_MAX || parts.length != 3 || parts[0].length() > HEADER_MAX) {
            throw new Refusal(Reason.ASSERTION_MALFORMED);
        }
        return parts;
    }

    /** Exactly the members that the sidecar writes: no crit, no key or address of a key. */
    private static String kid(String part) throws Refusal {
        JsonNode header = object(part);
        String kid = Json.text(header, "kid");
        if (header.size() != HEADER_MEMBERS || !"ES256".equals(Json.text(header, "alg"))
                || !"JWT".equals(Json.text(header, "typ")) || kid == null) {
            throw new Refusal(Reason.ASSERTION_HEADER);
        }
        return kid;
    }

    /** Who says it, and to whom. */
    private void checkFrame(JsonNode claims) throws Refusal {
        if (!issuer.equals(Json.text(claims, "iss"))) {
            throw new Refusal(Reason.ASSERTION_ISSUER);
        }
        if (!AUDIENCE.equals(Json.text(claims, "aud"))) {
            throw new Refusal(Reason.ASSERTION_AUDIENCE);
        }
    }

    private static void checkTimes(JsonNode claims, long now) throws Refusal {
        long issued = seconds(claims, "iat");
        long expires = seconds(claims, "exp");
        if (expires - issued > LIFE_MAX || expires <= issued) {
            throw new Refusal(Reason.ASSERTION_LIFE);
        }
        if (issued > now + AHEAD_MAX) {
            throw new Refusal(Reason.ASSERTION_EARLY);
        }
        if (expires <= now) {
            throw new Refusal(Reason.ASSERTION_EXPIRED);
        }
    }

    /** From 0 to 2^53: differences of two do not overflow. */
    private static long seconds(JsonNode claims, String name) throws Refusal {
        JsonNode node = claims.get(name);
        if (node == null || !node.isIntegralNumber() || !node.canConvertToLong()
                || node.longValue() < 0 || node.longValue() > 1L << 53) {
            throw new Refusal(Reason.ASSERTION_CLAIMS);
        }
        return node.longValue();
    }

    private static Map<String, String> facts(JsonNode claims) throws Refusal {
        Map<String, String> facts = new LinkedHashMap<>();
        for (String name : TEXTS) {
            String text = Json.text(claims, name);
            if (text == null || text.length() > CLAIM_MAX) {
                throw new Refusal(Reason.ASSERTION_CLAIMS);
            }
            facts.put(name, text);
        }
        for (String name : FLAGS) {
            if (!claims.path(name).isBoolean()) {
                throw new Refusal(Reason.ASSERTION_CLAIMS);
            }
            facts.put(name, Boolean.toString(claims.get(name).booleanValue()));
        }
        if (!USERNAME.matcher(facts.get("sub")).matches()) {
            throw new Refusal(Reason.ASSERTION_CLAIMS);
        }
        return facts;
    }

    private static JsonNode object(String part) throws Refusal {
        try {
            return Json.object(bytes(part));
        } catch (IOException e) {
            throw new Refusal(Reason.ASSERTION_MALFORMED);
        }
    }

    private static byte[] bytes(String part) throws Refusal {
        try {
            return Base64Url.decode(part);
        } catch (IllegalArgumentException e) {
            throw new Refusal(Reason.ASSERTION_MALFORMED);
        }
    }
}
