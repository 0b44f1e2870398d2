#include "store/zip_reader.h"

#include <zip.h>

#include "store/trace.h"

namespace why401 {

struct ZipReader::Impl {
    zip_t* archive = nullptr;
    ~Impl() {
        if (archive) zip_discard(archive);
    }
};

ZipReader::ZipReader(std::string_view bytes) : impl_(std::make_unique<Impl>()) {
    zip_error_t error;
    zip_error_init(&error);
    zip_source_t* source = zip_source_buffer_create(bytes.data(), bytes.size(), 0, &error);
    if (source) impl_->archive = zip_open_from_source(source, ZIP_RDONLY, &error);
    if (!impl_->archive) {
        const std::string why = zip_error_strerror(&error);
        if (source) zip_source_free(source);
        zip_error_fini(&error);
        throw TraceError("it is a ZIP archive that cannot be opened: " + why);
    }
    zip_error_fini(&error);
}

ZipReader::~ZipReader() = default;

std::uint64_t ZipReader::size() const {
    const zip_int64_t count = zip_get_num_entries(impl_->archive, 0);
    return count < 0 ? 0 : static_cast<std::uint64_t>(count);
}

std::string_view ZipReader::name(std::uint64_t index) const {
    const char* name = zip_get_name(impl_->archive, index, ZIP_FL_ENC_RAW);
    return name ? std::string_view(name) : std::string_view();
}

bool ZipReader::encrypted(std::uint64_t index) const {
    zip_stat_t stat;
    zip_stat_init(&stat);
    return zip_stat_index(impl_->archive, index, 0, &stat) == 0 &&
           (stat.valid & ZIP_STAT_ENCRYPTION_METHOD) && stat.encryption_method != ZIP_EM_NONE;
}

std::string ZipReader::read(std::uint64_t index, std::size_t most, bool& whole) const {
    whole = false;
    std::string bytes;
    zip_file_t* file = zip_fopen_index(impl_->archive, index, 0);
    if (!file) return bytes;
    char buffer[16 * 1024];
    zip_int64_t got = 0;
    while (bytes.size() <= most && (got = zip_fread(file, buffer, sizeof buffer)) > 0)
        bytes.append(buffer, static_cast<std::size_t>(got));
    whole = got == 0 && bytes.size() <= most;
    if (got < 0) bytes.clear();
    if (bytes.size() > most) bytes.resize(most);
    zip_fclose(file);
    return bytes;
}

}  // namespace why401
