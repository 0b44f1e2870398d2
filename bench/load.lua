-- For wrk: an absolute-form request (RFC 9112 3.2.2), and the result as one line of JSON.
--   wrk -s load.lua http://PROXY/ -- URL AUTHORITY [close]
function init(args)
   wrk.path = args[1]
   wrk.headers["Host"] = args[2]
   if args[3] == "close" then wrk.headers["Connection"] = "close" end
end

function done(summary, latency, requests)
   local e = summary.errors
   io.write(string.format(
      '\nRESULT {"requests": %d, "seconds": %.6f, "p50_us": %d, "p99_us": %d, "errors": %d}\n',
      summary.requests, summary.duration / 1e6, latency:percentile(50), latency:percentile(99),
      e.connect + e.read + e.write + e.status + e.timeout))
end
