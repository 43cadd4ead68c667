package org.nrg.xft.security;

import java.io.Serializable;
import org.springframework.security.core.userdetails.UserDetails;

/** Written from the contract, to compile against; XNAT has the real one. Not shipped. */
public interface UserI extends UserDetails, Serializable {
    boolean isGuest();

    String getEmail();

    Boolean isVerified();

    void setLogin(String login);

    void setEmail(String email);

    void setFirstname(String name);

    void setLastname(String name);

    void setPassword(String password);

    void setEnabled(Object enabled);

    void setVerified(Object verified);
}
