package dev.zoetrope.gateway;

import dev.zoetrope.artifacts.BucketArtifacts;
import dev.zoetrope.artifacts.RetentionKeeper;
import dev.zoetrope.artifacts.StoreConfig;
import dev.zoetrope.gateway.jobs.Freshness;
import dev.zoetrope.gateway.jobs.Intake;
import dev.zoetrope.gateway.jobs.JobBoard;
import dev.zoetrope.gateway.jobs.JobStateConfig;
import dev.zoetrope.gateway.jobs.PartitionOwner;
import dev.zoetrope.gateway.jobs.Projection;
import dev.zoetrope.gateway.jobs.Watchdog;
import dev.zoetrope.gateway.models.ModelCatalogue;
import dev.zoetrope.gateway.models.ModelCatalogueConfig;
import dev.zoetrope.messaging.KafkaSettings;
import dev.zoetrope.messaging.MeshTopics;
import dev.zoetrope.messaging.TopicSettings;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.Startup;
import jakarta.annotation.PostConstruct;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Any;
import jakarta.enterprise.inject.Instance;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.eclipse.microprofile.config.Config;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** What the gateway is made of, and its life: made when the service starts, closed in the reverse order when it stops. */
@Startup
@Singleton
final class GatewayLifecycle {
    private static final Logger LOG = Logger.getLogger(GatewayLifecycle.class);

    private final Admin admin;
    private final MeshTopics topics;
    private final JobBoard board = new JobBoard();
    private final ModelCatalogue models;
    private final Projection projection;
    private final Freshness freshness;
    private final Intake intake;
    private final RetentionKeeper artifactRetention;
    private final JobStateConfig config;
    private final Map<String, Object> kafka;
    private final Instance<PartitionOwner.Duty> duties;
    private volatile @Nullable PartitionOwner owner;
    private final Thread starter = new Thread(this::start, "gateway-start");
    private volatile boolean closed;

    GatewayLifecycle(
            Config settings,
            JobStateConfig config,
            ModelCatalogueConfig offers,
            TopicSettings topics,
            BucketArtifacts artifacts,
            StoreConfig store,
            @Any Instance<PartitionOwner.Duty> duties) {
        this.config = config;
        this.duties = duties;
        kafka = KafkaSettings.of(settings);
        admin = Admin.create(kafka);
        this.topics = new MeshTopics(admin, topics);
        models = new ModelCatalogue(kafka, offers.modelSilence());
        projection = new Projection(kafka, board, config.retention());
        freshness = new Freshness(admin, projection, config.freshness());
        intake = new Intake(kafka);
        artifactRetention = new RetentionKeeper(artifacts, store.retained());
        starter.setDaemon(true);
    }

    @PostConstruct
    void begin() {
        // Apart, because a broker that is away must not keep the service from answering that it is not ready.
        starter.start();
        artifactRetention.start();
    }

    void end(@Observes ShutdownEvent event) throws InterruptedException {
        closed = true;
        artifactRetention.close();
        starter.interrupt();
        starter.join(Duration.ofSeconds(5).toMillis());
        PartitionOwner joined = owner;
        if (joined != null) {
            joined.close();
        }
        projection.close();
        models.close();
        intake.close();
        admin.close(Duration.ofSeconds(2));
    }

    private void start() {
        while (!closed) {
            try {
                topics.ensure();
                intake.warmUp();
                projection.start();
                joinPartitionOwners();
                models.start();
                return;
            } catch (RuntimeException e) {
                LOG.warnf("The broker is not there yet; trying again: reason=%s", e.getMessage());
            }
        }
    }

    private void joinPartitionOwners() {
        List<PartitionOwner.Duty> all = new ArrayList<>(duties.stream().toList());
        all.add(new Watchdog(admin, intake, config.watchdogSilence()));
        PartitionOwner joining =
                new PartitionOwner(kafka, board, projection, config.snapshotInterval(), config.retention(), all);
        owner = joining;
        joining.start();
    }

    @Produces
    @Singleton
    JobBoard board() {
        return board;
    }

    @Produces
    @Singleton
    ModelCatalogue models() {
        return models;
    }

    @Produces
    @Singleton
    Freshness freshness() {
        return freshness;
    }

    @Produces
    @Singleton
    Intake intake() {
        return intake;
    }

    @Produces
    @Singleton
    Projection projection() {
        return projection;
    }
}
