package dev.zoetrope.requests;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.ser.std.StdSerializer;
import dev.zoetrope.contracts.request.Upload;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** What tells two requests apart, however they were written: JSON or a form, and in which order. */
public final class RequestFingerprint {
    private static final ObjectMapper MAPPER = JsonMapper.builder()
            .defaultPropertyInclusion(
                    JsonInclude.Value.construct(JsonInclude.Include.NON_NULL, JsonInclude.Include.NON_NULL))
            .addModule(new SimpleModule().addSerializer(Upload.class, new Contents()))
            .build();

    private RequestFingerprint() {}

    /** SHA-256 over the call and the request's values and files, in hex. */
    public static String of(String call, Object request) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            digest.update(MAPPER.writeValueAsBytes(new Called(call, request)));
            return HexFormat.of().formatHex(digest.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        } catch (JsonProcessingException e) {
            throw RequestRefused.unreadable("body: a file could not be read");
        }
    }

    private record Called(String call, Object request) {}

    /** A file as its name and what is in it. */
    private static final class Contents extends StdSerializer<Upload> {
        private static final long serialVersionUID = 1L;

        Contents() {
            super(Upload.class);
        }

        @Override
        public void serialize(Upload upload, JsonGenerator json, SerializerProvider provider) throws IOException {
            try (InputStream in = Files.newInputStream(upload.file())) {
                MessageDigest digest = MessageDigest.getInstance("SHA-256");
                in.transferTo(new DigestOutputStream(OutputStream.nullOutputStream(), digest));
                json.writeString(upload.name() + "\n" + HexFormat.of().formatHex(digest.digest()));
            } catch (NoSuchAlgorithmException e) {
                throw new IllegalStateException("every JDK has SHA-256", e);
            }
        }
    }
}
