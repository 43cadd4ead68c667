package oidc.handoff.trial;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.Paths;
import java.util.EnumSet;
import javax.servlet.DispatcherType;
import oidc.handoff.Settings;
import org.apache.catalina.Context;
import org.apache.catalina.startup.Tomcat;
import org.apache.tomcat.util.descriptor.web.FilterDef;
import org.apache.tomcat.util.descriptor.web.FilterMap;
import org.springframework.security.web.session.HttpSessionEventPublisher;
import org.springframework.web.context.ContextLoaderListener;
import org.springframework.web.context.support.AnnotationConfigWebApplicationContext;
import org.springframework.web.filter.DelegatingFilterProxy;

/** A small web application on Tomcat with the filter in it, on loopback: PORT SETTINGS ACCOUNTS. */
public final class Main {
    private Main() {
    }

    public static void main(String[] arguments) throws Exception {
        if (arguments.length != 3) {
            System.err.println("usage: xnat-filter-trial PORT SETTINGS ACCOUNTS");
            System.exit(2);
        }
        Path base = Files.createTempDirectory("xnat-filter-trial");
        base.toFile().deleteOnExit();
        Settings settings = new Settings(Paths.get(arguments[1]));
        Directory accounts = new Directory(Paths.get(arguments[2]));
        Tomcat tomcat = new Tomcat();
        tomcat.setBaseDir(base.toString());
        tomcat.setHostname("127.0.0.1");
        tomcat.setPort(Integer.parseInt(arguments[0]));
        tomcat.getConnector().setProperty("address", "127.0.0.1");
        fill(tomcat.addContext("", new File(".").getAbsolutePath()), settings, accounts);
        tomcat.start();
        System.out.println("listening on http://127.0.0.1:" + tomcat.getConnector().getLocalPort());
        tomcat.getServer().await();
    }

    private static void fill(Context context, Settings settings, Directory accounts) {
        AnnotationConfigWebApplicationContext spring = new AnnotationConfigWebApplicationContext();
        spring.addBeanFactoryPostProcessor(factory -> {
            factory.registerSingleton("settings", settings);
            factory.registerSingleton("accounts", accounts);
        });
        spring.register(Security.class);
        context.addServletContainerInitializer((classes, servlets) ->
                servlets.addListener(new ContextLoaderListener(spring)), null);
        context.addServletContainerInitializer((classes, servlets) ->
                servlets.addListener(new HttpSessionEventPublisher()), null);
        FilterDef filter = new FilterDef();
        filter.setFilterName("springSecurityFilterChain");
        filter.setFilter(new DelegatingFilterProxy());
        filter.setAsyncSupported("true");
        context.addFilterDef(filter);
        FilterMap everywhere = new FilterMap();
        everywhere.setFilterName("springSecurityFilterChain");
        everywhere.addURLPattern("/*");
        for (DispatcherType type : EnumSet.of(DispatcherType.REQUEST, DispatcherType.ERROR, DispatcherType.ASYNC)) {
            everywhere.setDispatcher(type.name());
        }
        context.addFilterMap(everywhere);
        Tomcat.addServlet(context, "who", new Who(accounts));
        context.addServletMappingDecoded("/*", "who");
    }
}
