#pragma once
// Small read buffers for the links that are being talked to. A read that waits with a buffer costs one system
// call where waiting for readability and then reading costs two (Asio arms epoll anew for each such wait);
// but an idle link holds no buffer. So a link has one while it is busy, and gives it back when it falls
// silent.

#include <cstddef>
#include <memory>
#include <vector>

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

namespace why401::net {

/// One loop's buffers; used on its thread only.
class ReadAhead {
public:
    static constexpr std::size_t kSize = 4096;    ///< most messages without a large body fit
    static constexpr std::size_t kAtMost = 1024;  ///< in use at once: more busy links read without one

    class Holder {
    public:
        virtual ~Holder() = default;
        /// It has not spoken for a while and should give its buffer back. False: not now, ask again.
        virtual bool let_go() = 0;
        bool spoke = true;  ///< set by the holder with every read
    };

    explicit ReadAhead(boost::asio::io_context& context);
    ~ReadAhead();
    ReadAhead(const ReadAhead&) = delete;

    /// kSize bytes; null when all are in use.
    char* take(const std::shared_ptr<Holder>& holder);
    void give_back(char* buffer);  ///< null: nothing to give

private:
    void look_later();
    void look();

    boost::asio::steady_timer timer_;
    std::vector<std::weak_ptr<Holder>> holders_;
    char* const all_;  ///< pages of their own, so that those nobody uses go back to the system
    std::vector<char*> spare_;
    bool looking_ = false;
};

}  // namespace why401::net
