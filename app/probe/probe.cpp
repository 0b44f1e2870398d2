#include "app/probe/probe.h"

#include "app/probe/judge.h"

namespace why401::probe {

Probed probe(Trip& trip, const std::string& url, const Wishes& wishes, const certs::Authority& authority,
             const std::filesystem::path& upstream_ca) {
    std::optional<certs::Tls> tls;
    if (trip.place.tls) {
        certs::TlsOptions options;
        options.upstream_ca = upstream_ca;
        tls.emplace(authority, std::move(options));
        trip.tls = &*tls;
    }
    trip.loop.on_signal([&](int) { trip.stop(); });
    Probed probed;
    probed.report.url = url;
    Asking asking{trip, wishes, probed.report, {}, {}, {}, {}, {}, {}, false};
    if (look_at_door(asking)) log_in_and_look(asking);
    probed.report.stopped = trip.stopped;
    probed.explanation = std::make_unique<Explanation>();
    for (const RecordItem& item : trip.record) probed.explanation->add(item);
    probed.explanation->finish();
    judge(asking, *probed.explanation);
    probed.record = std::move(trip.record);
    return probed;
}

}  // namespace why401::probe
