package oidc.handoff;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.Enumeration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import javax.servlet.http.HttpServletRequest;

/** The identity headers of a request. Only the assertion is believed; the others must not say anything else. */
final class IdentityHeaders {
    static final String ASSERTION = "Assertion";

    /** What follows the prefix, and the claim that says the same. The provider's issuer is not signed: nobody reads it. */
    private static final Map<String, String> CLAIMS = new LinkedHashMap<>();

    static {
        CLAIMS.put("Username", "sub");
        CLAIMS.put("Subject", "provider_sub");
        CLAIMS.put("Issuer", null);
        CLAIMS.put("Provider", "provider");
        CLAIMS.put("Email", "email");
        CLAIMS.put("Given-Name", "given_name");
        CLAIMS.put("Family-Name", "family_name");
        CLAIMS.put("Auto-Enabled", "auto_enabled");
        CLAIMS.put("Auto-Verified", "auto_verified");
        CLAIMS.put("Create-User", "create_user");
        CLAIMS.put(ASSERTION, null);
    }

    private final Map<String, String> values = new HashMap<>();

    private IdentityHeaders() {
    }

    /** Header names are told apart without regard to case (RFC 9110, 5.1), and by nothing else. */
    static IdentityHeaders of(HttpServletRequest request, String prefix) throws Refusal {
        IdentityHeaders headers = new IdentityHeaders();
        Enumeration<String> names = request.getHeaderNames();
        if (names == null) { // a container that hides the names (Servlet 3.1) hides aliases, too
            throw new Refusal(Reason.IDENTITY_HEADER_ALIAS);
        }
        for (String name : Collections.list(names)) {
            if (folded(name).startsWith(folded(prefix))) {
                headers.take(suffix(name, prefix), Collections.list(request.getHeaders(name)));
            }
        }
        return headers;
    }

    /** The text of the assertion; null where the request brings no identity. A header without a value is none. */
    String assertion() throws Refusal {
        if (values.isEmpty()) {
            return null;
        }
        if (!values.containsKey(ASSERTION)) {
            throw new Refusal(Reason.NO_ASSERTION);
        }
        return values.get(ASSERTION);
    }

    void checkAgainst(Assertion assertion) throws Refusal {
        for (Map.Entry<String, String> header : values.entrySet()) {
            String claim = CLAIMS.get(header.getKey());
            if (claim != null && !decoded(header.getValue()).equals(assertion.fact(claim))) {
                throw new Refusal(Reason.HEADERS_DISAGREE);
            }
        }
    }

    private void take(String suffix, List<String> found) throws Refusal {
        // Names that differ in case alone come as one name with several values, or as several names.
        if (found.size() != 1 || values.containsKey(suffix)) {
            throw new Refusal(Reason.IDENTITY_HEADER_TWICE);
        }
        if (!found.get(0).isEmpty()) {
            values.put(suffix, found.get(0));
        }
    }

    /** What any server or framework could take for our prefix: only letters and digits count. */
    private static String folded(String name) {
        return name.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]", "");
    }

    private static String suffix(String name, String prefix) throws Refusal {
        for (String suffix : CLAIMS.keySet()) {
            if (name.equalsIgnoreCase(prefix + suffix)) {
                return suffix;
            }
        }
        throw new Refusal(Reason.IDENTITY_HEADER_ALIAS);
    }

    /** Percent-encoded UTF-8 in printable ASCII. */
    private static String decoded(String value) throws Refusal {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (c < 0x20 || c > 0x7e) {
                throw new Refusal(Reason.HEADERS_DISAGREE);
            }
            if (c != '%') {
                bytes.write(c);
            } else {
                bytes.write(encodedByte(value, i + 1));
                i += 2;
            }
        }
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes.toByteArray())).toString();
        } catch (CharacterCodingException e) {
            throw new Refusal(Reason.HEADERS_DISAGREE);
        }
    }

    private static int encodedByte(String value, int at) throws Refusal {
        int high = at < value.length() ? Character.digit(value.charAt(at), 16) : -1;
        int low = at + 1 < value.length() ? Character.digit(value.charAt(at + 1), 16) : -1;
        if (high < 0 || low < 0) {
            throw new Refusal(Reason.HEADERS_DISAGREE);
        }
        return high << 4 | low;
    }
}
