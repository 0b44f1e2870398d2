#include "certs/memory_pipe.h"

#include <openssl/bio.h>

#include <algorithm>
#include <new>
#include <utility>

namespace why401::certs {

struct PipeMethods {
    static MemoryPipe& of(BIO* bio) { return *static_cast<MemoryPipe*>(BIO_get_data(bio)); }
    static int read(BIO* bio, char* into, int room) {
        BIO_clear_retry_flags(bio);
        const std::size_t length = of(bio).give(into, static_cast<std::size_t>(std::max(room, 0)));
        if (length > 0) return static_cast<int>(length);
        BIO_set_retry_read(bio);
        return -1;
    }
    static int write(BIO* bio, const char* from, int count) {
        BIO_clear_retry_flags(bio);
        if (count > 0) of(bio).outgoing_.append(from, static_cast<std::size_t>(count));
        return count;
    }
    static long control(BIO*, int command, long, void*) { return command == BIO_CTRL_FLUSH ? 1 : 0; }
};

namespace {

const BIO_METHOD* pipe_methods() {
    static const BIO_METHOD* const methods = [] {
        BIO_METHOD* made = BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "why401 memory pipe");
        if (made == nullptr) throw std::bad_alloc();
        BIO_meth_set_read(made, PipeMethods::read);
        BIO_meth_set_write(made, PipeMethods::write);
        BIO_meth_set_ctrl(made, PipeMethods::control);
        return made;
    }();
    return methods;
}

}  // namespace

BIO* MemoryPipe::new_bio() {
    BIO* bio = BIO_new(pipe_methods());
    if (bio == nullptr) throw std::bad_alloc();
    BIO_set_data(bio, this);
    BIO_set_init(bio, 1);
    return bio;
}

void MemoryPipe::receive(std::string_view ciphertext) {
    incoming_.erase(0, std::exchange(taken_, 0));
    incoming_ += ciphertext;
}

std::string MemoryPipe::take_to_send() { return std::exchange(outgoing_, {}); }

// An idle connection holds no buffer: the string goes when it is empty.
std::size_t MemoryPipe::give(char* into, std::size_t room) {
    const std::size_t length = std::min(room, incoming_.size() - taken_);
    std::copy_n(incoming_.data() + taken_, length, into);
    taken_ += length;
    if (taken_ == incoming_.size()) {
        std::string().swap(incoming_);
        taken_ = 0;
    }
    return length;
}

}  // namespace why401::certs
