-- Makes wrk end with its figures as one line of JSON. No function here runs during the measurement.
done = function(summary, latency)
    local errors = summary.errors
    io.write(string.format(
        '{"requests":%d,"microseconds":%d,"bytes":%d,"p99_microseconds":%d,' ..
        '"errors":{"connect":%d,"read":%d,"write":%d,"timeout":%d,"status":%d}}\n',
        summary.requests, summary.duration, summary.bytes, latency:percentile(99),
        errors.connect, errors.read, errors.write, errors.timeout, errors.status))
end
