package oidc.handoff;

import com.fasterxml.jackson.databind.JsonNode;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.Proxy;
import java.net.URL;
import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Asks the sidecar for the public keys of its assertions (RFC 7517). */
final class KeyFetch {
    /** Some hundred times what the sidecar sends. */
    private static final int DOCUMENT_MAX = 64 * 1024;
    private static final int KEYS_MAX = 32;
    private static final int WAIT_MILLISECONDS = 2000;
    /** Of all reading: what comes in drops would hold a request for ever. */
    private static final long TOTAL_NANOSECONDS = TimeUnit.SECONDS.toNanos(5);

    private final URL url;

    KeyFetch(URL url) {
        this.url = url;
    }

    /** Keys by kid. Those for something else than ES256 are left out. */
    Map<String, PublicKey> fetch() throws IOException {
        HttpURLConnection connection = (HttpURLConnection) (
                // What is on loopback is reached by no proxy.
                url.getProtocol().equals("http") ? url.openConnection(Proxy.NO_PROXY) : url.openConnection());
        connection.setInstanceFollowRedirects(false);
        connection.setConnectTimeout(WAIT_MILLISECONDS);
        connection.setReadTimeout(WAIT_MILLISECONDS);
        connection.setUseCaches(false);
        try {
            if (connection.getResponseCode() != HttpURLConnection.HTTP_OK) {
                throw new IOException("status " + connection.getResponseCode());
            }
            return keys(Json.object(read(connection.getInputStream())));
        } finally {
            connection.disconnect();
        }
    }

    private static byte[] read(InputStream in) throws IOException {
        long begun = System.nanoTime();
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        byte[] part = new byte[4096];
        for (int size = in.read(part); size >= 0; size = in.read(part)) {
            bytes.write(part, 0, size);
            if (bytes.size() > DOCUMENT_MAX) {
                throw new IOException("more than " + DOCUMENT_MAX + " bytes");
            }
            if (System.nanoTime() - begun > TOTAL_NANOSECONDS) {
                throw new IOException("not whole in time");
            }
        }
        return bytes.toByteArray();
    }

    private static Map<String, PublicKey> keys(JsonNode document) throws IOException {
        JsonNode list = document.path("keys");
        if (!list.isArray() || list.size() > KEYS_MAX) {
            throw new IOException("no list of keys, or more than " + KEYS_MAX);
        }
        Map<String, PublicKey> keys = new HashMap<>();
        for (JsonNode jwk : list) {
            if (isOurs(jwk) && keys.put(Json.text(jwk, "kid"), key(jwk)) != null) {
                throw new IOException("two keys with one kid");
            }
        }
        if (keys.isEmpty()) {
            throw new IOException("no key for ES256");
        }
        return keys;
    }

    private static boolean isOurs(JsonNode jwk) {
        return "EC".equals(Json.text(jwk, "kty")) && "P-256".equals(Json.text(jwk, "crv"))
                && Json.text(jwk, "kid") != null
                && (!jwk.has("use") || "sig".equals(Json.text(jwk, "use")))
                && (!jwk.has("alg") || "ES256".equals(Json.text(jwk, "alg")));
    }

    private static PublicKey key(JsonNode jwk) throws IOException {
        try {
            return P256.key(Base64Url.decode(jwk.path("x").asText()), Base64Url.decode(jwk.path("y").asText()));
        } catch (IllegalArgumentException | GeneralSecurityException e) {
            throw new IOException("a key that is none", e);
        }
    }
}
