package oidc.handoff.xnat;

import java.nio.file.Path;
import java.nio.file.Paths;
import oidc.handoff.Settings;
import org.nrg.framework.annotations.XnatPlugin;
import org.nrg.xnat.security.XnatSecurityExtension;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** What XNAT finds in its plugins folder, by META-INF/xnat/oidcHandOff-plugin.properties. */
@Configuration
@XnatPlugin(value = "oidcHandOff", name = "Sign-in handed over by oidc-sidecar")
public class XnatAssertionPlugin {
    @Bean
    public XnatSecurityExtension oidcHandOffSecurity() {
        return new XnatSecurity(new Settings(file()), new XnatAccounts());
    }

    /** -Doidc.handoff.settings=FILE, or config/oidc-filter.properties in XNAT's home. */
    private static Path file() {
        String named = System.getProperty("oidc.handoff.settings");
        return named != null ? Paths.get(named)
                : Paths.get(System.getProperty("xnat.home", "/data/xnat/home"), "config", "oidc-filter.properties");
    }
}
