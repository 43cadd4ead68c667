package oidc.handoff;

import java.util.Base64;

/** base64url as JWS has it (RFC 7515, 2): no padding, no blank, one spelling for a value. */
final class Base64Url {
    private Base64Url() {
    }

    /** @throws IllegalArgumentException where the text is not exactly what encoding its bytes gives */
    static byte[] decode(String text) {
        byte[] bytes = Base64.getUrlDecoder().decode(text);
        if (!Base64.getUrlEncoder().withoutPadding().encodeToString(bytes).equals(text)) {
            throw new IllegalArgumentException("not canonical base64url");
        }
        return bytes;
    }
}
