#include "app/opened_capture.h"

#include <algorithm>
#include <boost/json/serialize.hpp>
#include <utility>

#include "analysis/diagnose.h"
#include "app/event_json.h"
#include "app/filter_sql.h"
#include "app/report_json.h"
#include "app/stored_exchanges.h"

namespace why401 {
namespace {

constexpr std::uint64_t kMostExact = 1ull << 53;  ///< numbers from there on are not exact in a browser

/// Complaints about a file call it `name`; without one, its path.
template <class Work>
auto under_name(const std::filesystem::path& file, std::string name, Work work) {
    if (name.empty()) name = file.string();
    std::string sentence;
    try {
        return work();
    } catch (const CaptureError& error) {
        sentence = error.what();
    } catch (const std::exception& error) {
        sentence = name + " cannot be read: " + error.what();
    }
    if (const auto at = sentence.find(file.string()); at != std::string::npos)
        sentence.replace(at, file.string().size(), name);
    throw CaptureError(sentence.find(name) == std::string::npos ? name + ": " + sentence : sentence);
}

template <class Results, class ToJson>
std::vector<std::string> texts_of(const Results& results, ToJson to_json) {
    std::vector<std::string> texts;
    texts.reserve(results.size());
    for (const auto& [id, one] : results) texts.push_back(boost::json::serialize(to_json(one)));
    return texts;
}

/// Those of `ids` that there are, each once and in order.
template <class Results, class Id, class ToJson>
std::vector<std::string> some_of(const Results& results, std::vector<Id> ids, ToJson to_json) {
    std::sort(ids.begin(), ids.end());
    ids.erase(std::unique(ids.begin(), ids.end()), ids.end());
    std::vector<std::string> texts;
    for (const Id& id : ids)
        if (const auto one = results.find(id); one != results.end())
            texts.push_back(boost::json::serialize(to_json(one->second)));
    return texts;
}

}  // namespace

/// Each item into its place, before the analysis hears of it.
struct OpenedCapture::Take {
    OpenedCapture& capture;

    void operator()(const Exchange& exchange) const {
        const std::uint64_t id = number(exchange.id);
        if (id == 0 || id >= kMostExact)
            throw CaptureError(capture.file_.string() + " is damaged: an exchange has an impossible number");
        capture.last_ = std::max(capture.last_, id);
    }
    void operator()(const Connection& connection) const {
        capture.connections_.insert_or_assign(connection.id, connection);
    }
    void operator()(const PolicyChanged& change) const { switched(change); }
    void operator()(const FaultsChanged& change) const { switched(change); }
    void operator()(const InterceptionChanged& change) const { switched(change); }
    void operator()(const FaultSeen&) const {}
    void operator()(const NotRecorded& hole) const {
        capture.not_recorded_ =
            std::min(kMostExact, capture.not_recorded_ + std::min(kMostExact, hole.exchanges));
    }
    template <class Change>
    void switched(const Change& change) const {
        std::vector<std::string>& all = capture.switches_;
        if (all.size() == kMostSwitches) all.erase(all.begin());
        all.push_back(switch_json(change));
    }
};

OpenedCapture::OpenedCapture(std::filesystem::path file, const std::string& name, const std::stop_token& stop)
    : file_(std::move(file)),
      name_(name.empty() ? file_.filename().string() : name),
      reader_(under_name(file_, name, [&] { return CaptureReader(file_); })) {
    under_name(file_, name, [&] { read(stop); });
}

void OpenedCapture::read(const std::stop_token& stop) {
    const auto go_on = [&] {
        if (stop.stop_requested())
            throw CaptureError(file_.string() + " is not read to its end: why401 stops");
    };
    header_ = reader_.header();
    std::map<std::uint64_t, ExchangeReading> readings;
    Diagnosis diagnosis({[this](const Finding& finding) { findings_.put(finding); },
                         [this](std::uint64_t id) { findings_.withdraw(id); },
                         [&](const ExchangeReading& reading) {
                             readings.insert_or_assign(number(reading.exchange), reading);
                         },
                         [this](const ConversationReading& conversation) {
                             conversations_.insert_or_assign(conversation.id, conversation);
                         }});
    reader_.items([&](const RecordItem& item) {
        go_on();
        std::visit(Take{*this}, item);
        diagnosis.add(item);
        return true;
    });
    diagnosis.finish();
    summary_ = diagnosis.summary();
    reader_.replace_readings([&](const CaptureReader::PutReading& put) {
        for (const auto& [id, reading] : readings) {
            go_on();
            if (!reading.says_nothing()) put(id, boost::json::serialize(reading_json(reading)));
        }
    });
}

std::uint64_t OpenedCapture::connection_count(Leg leg) const {
    return static_cast<std::uint64_t>(std::count_if(connections_.begin(), connections_.end(),
                                                    [&](const auto& one) { return one.first.leg == leg; }));
}

ExchangeList OpenedCapture::list(const ListQuestion& question) const {
    const std::lock_guard lock(mutex_);
    const ListedRange range{question.after, last_, question.limit, question.only ? &*question.only : nullptr};
    ExchangeList list;
    list.scanned = reader_.listed(range, sql_condition(question.filter),
                                  [&](const ListedExchange& exchange, std::string_view reading) {
                                      list.add(exchange, reading_from_json(reading));
                                  });
    if (list.size() == question.limit && list.size() > 0) list.next = list.last();
    if (question.after == 0 && !question.only) list.forgotten = not_recorded_;
    return list;
}

std::vector<LiveExchange> OpenedCapture::exchanges(std::uint64_t after, std::size_t limit) const {
    const std::lock_guard lock(mutex_);
    return stored_exchanges(reader_, after, last_, limit);
}

std::vector<LiveExchange> OpenedCapture::exchanges(const std::vector<std::uint64_t>& ids) const {
    std::vector<LiveExchange> found;
    for (const std::uint64_t id : ids)
        if (auto one = exchange(static_cast<ExchangeId>(id))) found.push_back(std::move(*one));
    return found;
}

std::optional<LiveExchange> OpenedCapture::exchange(ExchangeId id) const {
    if (number(id) == 0 || number(id) > last_) return std::nullopt;
    const std::lock_guard lock(mutex_);
    std::vector<LiveExchange> found = stored_exchanges(reader_, number(id) - 1, number(id), 1);
    if (found.empty()) return std::nullopt;
    return std::move(found.front());
}

std::vector<std::string> OpenedCapture::connections() const {
    return texts_of(connections_, connection_json);
}
std::vector<std::string> OpenedCapture::connections(const std::vector<ConnectionId>& ids) const {
    return some_of(connections_, ids, connection_json);
}
std::vector<std::string> OpenedCapture::conversations() const {
    return texts_of(conversations_, conversation_json);
}
std::vector<std::string> OpenedCapture::conversations(const std::vector<std::uint64_t>& ids) const {
    return some_of(conversations_, ids, conversation_json);
}
std::vector<std::string> OpenedCapture::findings_of(ExchangeId exchange) const {
    std::vector<std::string> texts;
    for (const auto& [id, text] : findings_.of(exchange)) texts.push_back(text);
    return texts;
}

}  // namespace why401
