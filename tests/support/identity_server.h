#pragma once
// A server that ties a login to the connection, as IIS does, written without looking at the relay: one object
// for each connection. It answers with the number of the request and whom it took the sender for. It refuses
// to know clients: it sees a connection and what is said on it.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "tests/support/login_tokens.h"

namespace why401::test {

/// Chance, the same for every compiler and library.
class Chance {
public:
    explicit Chance(std::uint64_t seed) : state_(seed * 0x9E3779B97F4A7C15ULL + 1) {}
    unsigned below(unsigned limit) {
        state_ ^= state_ << 13;
        state_ ^= state_ >> 7;
        state_ ^= state_ << 17;
        return static_cast<unsigned>((state_ >> 16) % limit);
    }
    bool once_in(unsigned n) { return below(n) == 0; }

private:
    std::uint64_t state_;
};

enum class Scheme { Ntlm, NtlmInNegotiate, Kerberos, Basic, None };

/// One of the eight, by number: a name, a scheme, and the field values of its login.
struct Person {
    std::string name;
    Scheme scheme = Scheme::None;
    std::string first, second;  ///< NEGOTIATE and AUTHENTICATE, or the one that does it all
};

inline const std::vector<Person>& people() {
    static const std::vector<Person> all = [] {
        const Scheme schemes[] = {Scheme::Ntlm,     Scheme::Ntlm,     Scheme::NtlmInNegotiate,
                                  Scheme::Kerberos, Scheme::Kerberos, Scheme::Basic,
                                  Scheme::None,     Scheme::None};
        std::vector<Person> made;
        for (const Scheme scheme : schemes) {
            Person one{"user" + std::to_string(made.size()), scheme, "", ""};
            const char* name = scheme == Scheme::Ntlm ? "NTLM" : "Negotiate";
            if (scheme == Scheme::Ntlm || scheme == Scheme::NtlmInNegotiate)
                one.first = ntlm_negotiate(name), one.second = ntlm_authenticate(one.name, name);
            if (scheme == Scheme::Kerberos) one.first = kerberos_login(one.name);
            if (scheme == Scheme::Basic) one.first = "Basic " + base64::encode(one.name + ":secret");
            made.push_back(std::move(one));
        }
        return made;
    }();
    return all;
}

/// The value of a field that stands as `name: value`; empty when there is none.
inline std::string_view value_of(std::string_view head, std::string_view name) {
    const std::size_t at = head.find(name);
    if (at == std::string_view::npos) return {};
    const std::string_view rest = head.substr(at + name.size());
    return rest.substr(0, rest.find("\r\n"));
}

class IdentityConnection {
public:
    void receive(std::string_view bytes) { input_ += bytes; }
    const std::string& identity() const { return identity_; }

    /// The response to the next whole request; empty when there is none. Sets `close` when its end is the
    /// end of the connection.
    std::string respond(Chance& chance, bool& close) {
        const std::size_t end = input_.find("\r\n\r\n");
        if (end == std::string::npos) return {};
        const std::string_view head = std::string_view(input_).substr(0, end + 2);
        const std::size_t body = head.starts_with("POST") ? 3 : 0;
        if (input_.size() < end + 4 + body) return {};
        const std::string number(value_of(head, "X-Ask: "));
        const std::string response = decide(value_of(head, "Authorization: "));
        input_.erase(0, end + 4 + body);
        return dressed(response + "X-Answer: " + number + "\r\n", chance, close);
    }

private:
    /// MS-NTHT 3.1: the login is the connection's; a NEGOTIATE begins it anew.
    std::string decide(std::string_view credentials) {
        std::string served = identity_;
        if (!credentials.empty()) {
            const Person* first = nullptr;
            const Person* second = nullptr;
            for (const Person& one : people()) {
                if (credentials == one.first) first = &one;
                if (credentials == one.second) second = &one;
            }
            if (first && first->scheme == Scheme::Basic) {
                served = first->name;  // of this request alone
            } else if (first && first->scheme == Scheme::Kerberos) {
                served = identity_ = first->name;
            } else if (first) {
                identity_.clear();
                challenged_ = true;
                static const std::string ntlm = ntlm_challenge("NTLM"), wrapped = ntlm_challenge("Negotiate");
                return refusal(first->scheme == Scheme::Ntlm ? ntlm : wrapped);
            } else if (second && challenged_) {
                challenged_ = false;
                served = identity_ = second->name;
            } else {
                return refusal("NTLM");
            }
        }
        return "HTTP/1.1 200 OK\r\nX-Served-As: " + served + "\r\n";
    }
    static std::string refusal(const std::string& challenge) {
        return "HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: " + challenge + "\r\n";
    }

    static std::string dressed(std::string head, Chance& chance, bool& close) {
        close = chance.once_in(24);
        if (close) head += "Connection: close\r\n";
        if (close && chance.once_in(2)) return head + "\r\nto the end";
        head += chance.once_in(3) ? "Transfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n"
                                  : "Content-Length: 2\r\n\r\nok";
        return chance.once_in(16) ? "HTTP/1.1 103 Early Hints\r\n\r\n" + head : head;
    }

    std::string input_;
    std::string identity_;
    bool challenged_ = false;
};

}  // namespace why401::test
