#include "analysis/ticket.h"
#include "analysis/verdict.h"
#include "analysis/words.h"

namespace why401 {
namespace {

// MaxTokenSize: 12,000 bytes up to Windows Server 2008 R2, 48,000 from 2012 on.
constexpr std::size_t kOldLimit = 12'000, kLimit = 48'000;

/// By the version of IIS that came with them.
bool is_old_windows(const ExchangeFacts& now) {
    for (const std::string_view version : {"/5.", "/6.", "/7."})
        if (now.server == ServerKind::Iis && now.server_name.find(version) != std::string::npos) return true;
    return false;
}

Verdict check(const Case& c) {
    const ExchangeFacts& now = c.now;
    if (!refused_without_a_word(c)) return NotApplicable{};
    const auto ticket = ticket_of(now);
    const std::size_t limit = is_old_windows(now) ? kOldLimit : kLimit;
    if (ticket->bytes <= limit) {
        if (ticket->bytes > kOldLimit && now.server == ServerKind::Unknown)
            return CannotTell{"what the server is: the limit for a ticket depends on it"};
        return NotApplicable{};
    }
    Found found;
    found.because = "The ticket of " + name(now.id) + " is " + size_text(ticket->bytes) +
                    " long; Windows takes " + size_text(limit) +
                    " (MaxTokenSize) unless it is told otherwise, "
                    "and the server refused without a word.";
    found.evidence = {request_proof(now, size_text(ticket->bytes) + " of ticket"),
                      answer_proof(now, "refused")};
    found.not_visible = unseen(c);
    found.consequence = "Users in many groups are refused, others are not.";
    return found;
}

constexpr std::string_view kFix[] = {"make the ticket smaller: fewer groups, no old SID history",
                                     "MaxTokenSize=48000 on client and server "
                                     "(HKLM\\SYSTEM\\CurrentControlSet\\Control\\Lsa\\Kerberos\\Parameters), "
                                     "then restart"};
constexpr Source kSources[] = {
    {"Kerberos authentication problems when a user belongs to many groups (KB 327825)",
     "https://learn.microsoft.com/troubleshoot/windows-server/windows-security/"
     "kerberos-authentication-problems-if-user-belongs-to-groups"}};

}  // namespace

extern constinit const Rule krb_tokensize_002{
    {.id = "KRB-TOKENSIZE-002",
     .title = "the Kerberos ticket is larger than Windows takes by default",
     .severity = Severity::Warning,
     .explanation =
         "The buffer for a ticket is limited. A user in very many groups has a ticket that does not fit.",
     .fix = kFix,
     .sources = kSources,
     .needs = "the ticket",
     .scene = "analysis/kerberos_silence_test.cpp KrbTokensize002"},
    check};

}  // namespace why401
