package org.nrg.xdat.security.helpers;

import javax.servlet.http.HttpServletRequest;
import org.nrg.xft.security.UserI;

/** Written from the contract, to compile against; XNAT has the real one. Not shipped. */
public final class UserHelper {
    private UserHelper() {
    }

    public static void setUserHelper(HttpServletRequest request, UserI user) {
        throw new UnsupportedOperationException();
    }
}
