#include "analysis/concern.h"

#include <algorithm>

#include "analysis/binding.h"

namespace why401 {

bool concerns_surroundings(const Case& c) {
    if (c.now.answered_by_us) return false;
    const bool stored = c.now.web.from_cache && c.around.wants_login && c.now.status == 200;
    const bool forbidden = c.now.status == 403 && (c.around.offers_windows || c.standing.server);
    const bool between = c.now.status >= 500 && c.now.step() == Step::None && c.standing.under_way;
    return c.now.web.touches_login || stored || forbidden || between;
}

bool concerns_login(const Case& c) {
    if (concerns_surroundings(c)) return true;
    if (c.now.refused_for_tls() || (c.now.status == 403 && is_intercepted(c.standing))) return true;
    if (c.now.answered_by_us && c.now.refused()) return false;
    if (c.now.log && (c.conversation != 0 || !c.now.log->reason.empty())) return true;
    return c.now.refused() || c.now.own_credentials() != nullptr ||
           (c.standing.server && c.standing.server->client != c.now.client && c.now.let_in());
}

void say_what_is_hidden(const Case& c, std::vector<std::string>& not_visible) {
    if (!c.now.refused() || !c.now.page.hides_substatus()) return;
    if (c.substatus && c.substatus->basis != SubstatusBasis::Inferred) return;
    const auto said = [](const std::string& text) { return text.find("hides it") != std::string::npos; };
    if (std::none_of(not_visible.begin(), not_visible.end(), said))
        not_visible.push_back("the substatus: the server's page hides it");
}

}  // namespace why401
