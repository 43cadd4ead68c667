package org.nrg.xnat.security;

import org.springframework.security.config.annotation.authentication.builders.AuthenticationManagerBuilder;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;

/** Written from the contract, to compile against; XNAT has the real one. Not shipped. */
public interface XnatSecurityExtension {
    String getAuthMethod();

    void configure(HttpSecurity http) throws Exception;

    void configure(AuthenticationManagerBuilder builder) throws Exception;
}
