#pragma once
// The API's answers about a record, whichever it is: the run of this process or a capture that was opened.

#include "app/api/call.h"
#include "app/record_view.h"

namespace why401::api {

Reply get_list(const Call& call, const RecordView& record);
Reply get_exchanges(const Call& call, const RecordView& record);
Reply get_exchange(const Call& call, const RecordView& record);
Reply get_connections(const Call& call, const RecordView& record);
Reply get_conversations(const Call& call, const RecordView& record);
Reply get_findings(const Call& call, const RecordView& record);
Reply get_switches(const Call& call, const RecordView& record);

}  // namespace why401::api
