package dev.zoetrope.gateway.problems;

import jakarta.enterprise.inject.Any;
import jakarta.enterprise.inject.spi.BeanManager;
import jakarta.inject.Singleton;
import jakarta.ws.rs.HttpMethod;
import jakarta.ws.rs.Path;
import java.lang.annotation.Annotation;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Which methods a path has, for {@code Allow} beside 405: the framework does not say it. */
@Singleton
final class AllowedMethods {
    private static final Pattern PART = Pattern.compile("\\{[^}]*}|[^{]+");

    private final List<Route> routes = new ArrayList<>();

    private record Route(Pattern path, String method) {}

    AllowedMethods(BeanManager beans) {
        beans.getBeans(Object.class, Any.Literal.INSTANCE).stream()
                .map(bean -> bean.getBeanClass())
                .filter(type -> type.isAnnotationPresent(Path.class))
                .distinct()
                .forEach(this::add);
    }

    /** The methods of a path, {@code GET, HEAD, POST}; empty where there is no such path. */
    String of(String path) {
        Set<String> methods = new TreeSet<>();
        for (Route route : routes) {
            if (route.path().matcher(path).matches()) {
                methods.add(route.method());
            }
        }
        if (methods.contains("GET")) {
            methods.add("HEAD");
        }
        return String.join(", ", methods);
    }

    private void add(Class<?> resource) {
        for (Method method : resource.getDeclaredMethods()) {
            Arrays.stream(method.getAnnotations())
                    .map(Annotation::annotationType)
                    .filter(type -> type.isAnnotationPresent(HttpMethod.class))
                    .map(type -> type.getAnnotation(HttpMethod.class).value())
                    .forEach(name -> routes.add(new Route(
                            pattern(text(resource.getAnnotation(Path.class)) + "/"
                                    + text(method.getAnnotation(Path.class))),
                            name)));
        }
    }

    private static String text(@Nullable Path path) {
        return path == null ? "" : path.value();
    }

    private static Pattern pattern(String template) {
        Matcher parts = PART.matcher(("/" + template).replaceAll("/+", "/").replaceAll("/$", ""));
        StringBuilder regex = new StringBuilder();
        while (parts.find()) {
            regex.append(parts.group().startsWith("{") ? "[^/]+" : Pattern.quote(parts.group()));
        }
        return Pattern.compile(regex + "/?");
    }
}
