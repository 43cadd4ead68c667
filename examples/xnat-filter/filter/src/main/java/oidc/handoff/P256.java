package oidc.handoff;

import java.math.BigInteger;
import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.Signature;
import java.security.interfaces.ECPublicKey;
import java.security.spec.ECFieldFp;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.ECParameterSpec;
import java.security.spec.ECPoint;
import java.security.spec.ECPublicKeySpec;
import java.util.Arrays;

/** ES256 (RFC 7518, 3.4): ECDSA on P-256 with SHA-256, the signature as r and s side by side. */
final class P256 {
    private static final int FIELD_SIZE = 32;
    private static final int SIGNATURE_SIZE = 2 * FIELD_SIZE;

    private P256() {
    }

    /** @throws GeneralSecurityException also where the point is not on the curve, which the JDK does not look at */
    static PublicKey key(byte[] x, byte[] y) throws GeneralSecurityException {
        if (x.length != FIELD_SIZE || y.length != FIELD_SIZE) {
            throw new GeneralSecurityException("a coordinate is not " + FIELD_SIZE + " bytes");
        }
        ECPoint point = new ECPoint(new BigInteger(1, x), new BigInteger(1, y));
        ECParameterSpec curve = curve();
        if (!isOn(curve, point)) {
            throw new GeneralSecurityException("the point is not on P-256");
        }
        return KeyFactory.getInstance("EC").generatePublic(new ECPublicKeySpec(point, curve));
    }

    static boolean verifies(PublicKey key, byte[] signed, byte[] signature) {
        BigInteger order = ((ECPublicKey) key).getParams().getOrder();
        if (signature.length != SIGNATURE_SIZE) {
            return false;
        }
        BigInteger r = new BigInteger(1, Arrays.copyOfRange(signature, 0, FIELD_SIZE));
        BigInteger s = new BigInteger(1, Arrays.copyOfRange(signature, FIELD_SIZE, SIGNATURE_SIZE));
        if (!isScalar(r, order) || !isScalar(s, order)) {
            return false;
        }
        try {
            Signature verifier = Signature.getInstance("SHA256withECDSA");
            verifier.initVerify(key);
            verifier.update(signed);
            return verifier.verify(der(r, s));
        } catch (GeneralSecurityException e) {
            return false;
        }
    }

    private static ECParameterSpec curve() throws GeneralSecurityException {
        AlgorithmParameters parameters = AlgorithmParameters.getInstance("EC");
        parameters.init(new ECGenParameterSpec("secp256r1"));
        return parameters.getParameterSpec(ECParameterSpec.class);
    }

    /** y^2 = x^3 + ax + b */
    private static boolean isOn(ECParameterSpec spec, ECPoint point) {
        BigInteger p = ((ECFieldFp) spec.getCurve().getField()).getP();
        BigInteger x = point.getAffineX();
        BigInteger y = point.getAffineY();
        BigInteger right = x.pow(3).add(spec.getCurve().getA().multiply(x)).add(spec.getCurve().getB()).mod(p);
        return x.compareTo(p) < 0 && y.compareTo(p) < 0 && y.multiply(y).mod(p).equals(right);
    }

    /** From 1 to n - 1: Java 15 to 18 took zeros for a signature of everything (CVE-2022-21449). */
    private static boolean isScalar(BigInteger number, BigInteger order) {
        return number.signum() > 0 && number.compareTo(order) < 0;
    }

    /** SEQUENCE { INTEGER r, INTEGER s }, at most 70 bytes: each length is one byte. */
    private static byte[] der(BigInteger r, BigInteger s) {
        byte[] first = r.toByteArray();
        byte[] second = s.toByteArray();
        byte[] der = new byte[6 + first.length + second.length];
        der[0] = 0x30;
        der[1] = (byte) (der.length - 2);
        der[2] = 0x02;
        der[3] = (byte) first.length;
        System.arraycopy(first, 0, der, 4, first.length);
        der[4 + first.length] = 0x02;
        der[5 + first.length] = (byte) second.length;
        System.arraycopy(second, 0, der, 6 + first.length, second.length);
        return der;
    }
}
