package dev.zoetrope.codec.writing;

/**
 * Who made a video: a model, for a job. Written as IPTC {@code trainedAlgorithmicMedia} in XMP, so that sites and tools that
 * label pictures made by AI recognise it.
 */
public record Provenance(String model, String job) {
    private static final String DIGITAL_SOURCE_TYPE =
            "http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia";

    public Provenance {
        if (model.isBlank() || job.isBlank()) {
            throw new IllegalArgumentException(
                    "provenance names a model and a job, but came with model '" + model + "' and job '" + job + "'");
        }
    }

    /** The sentence that goes where players show a comment. */
    String comment() {
        return "Made by AI (model " + model + ", job " + job + ")";
    }

    String xmp() {
        return """
                <?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>
                <x:xmpmeta xmlns:x="adobe:ns:meta/">
                 <rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
                  <rdf:Description rdf:about=""
                    xmlns:Iptc4xmpExt="http://iptc.org/std/Iptc4xmpExt/2008-02-29/"
                    xmlns:dc="http://purl.org/dc/elements/1.1/"
                    xmlns:xmp="http://ns.adobe.com/xap/1.0/"
                    Iptc4xmpExt:DigitalSourceType="%s"
                    Iptc4xmpExt:AISystemUsed="%s"
                    xmp:CreatorTool="Zoetrope"
                    dc:identifier="%s"/>
                 </rdf:RDF>
                </x:xmpmeta>
                <?xpacket end="r"?>
                """.formatted(DIGITAL_SOURCE_TYPE, escape(model), escape(job));
    }

    private static String escape(String text) {
        StringBuilder escaped = new StringBuilder();
        text.codePoints().forEach(c -> {
            switch (c) {
                case '&' -> escaped.append("&amp;");
                case '<' -> escaped.append("&lt;");
                case '>' -> escaped.append("&gt;");
                case '"' -> escaped.append("&quot;");
                default -> escaped.appendCodePoint(c < 0x20 || c == 0xFFFE || c == 0xFFFF ? ' ' : c);
            }
        });
        return escaped.toString();
    }
}
