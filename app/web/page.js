// Exchanges the token in the address for a cookie, then shows the state of the run. All text goes in as text:
// what the traffic held is never markup here.

const at = (id) => document.getElementById(id);
const say = (text) => { at('message').textContent = text; at('message').hidden = text === ''; };

// What the proxy itself lacks: a full disk, say. It stays until the next such sentence.
const tell = (sentence) => { at('trouble').textContent = sentence; at('trouble').hidden = false; };

async function open() {
    const token = location.hash.match(/^#token=([0-9a-f]+)$/);
    if (!token) return;
    history.replaceState(null, '', '/');
    await fetch('/api/v1/session', {
        method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify({ token: token[1] }),
    });
}

async function get(path) {
    const response = await fetch(path);
    if (!response.ok) throw new Error(await response.text());
    return response.json();
}

function showStatus(status) {
    const fill = (selector, text) => { for (const place of document.querySelectorAll(selector)) place.textContent = text; };
    at('proxy').textContent = status.listen.join(', ');
    at('policy').textContent = status.policy;
    at('faults').textContent = status.faults.join(', ') || 'none';
    at('exchanges').textContent = status.summary.exchanges;
    at('refusals').textContent = `${status.summary.status_401}: ${status.summary.normal_401} normal, ` +
        `${status.summary.explained_401} explained, ${status.summary.unexplained_401} not explained`;
    at('capture').textContent = status.capture ? status.capture + (status.recording ? '' : ' (recording has stopped)') : 'off';
    fill('.proxy-address', status.proxy);
    fill('.ui-address', location.origin);
    if (status.capture) fill('.capture-file', status.capture);
}

function showFindings(findings) {
    const rows = findings.slice(-100).reverse().map((finding) => {
        const row = document.createElement('li');
        const severity = document.createElement('strong');
        severity.textContent = finding.severity + ' ';
        severity.className = ['critical', 'error', 'warning', 'info'].includes(finding.severity) ? finding.severity : '';
        const because = document.createElement('span');
        because.textContent = finding.because;
        const rule = document.createElement('div');
        rule.className = 'rule';
        rule.textContent = `${finding.rule} · ${finding.confidence} · exchange ${finding.exchange}`;
        row.append(severity, because, rule);
        return row;
    });
    at('findings').replaceChildren(...rows);
    at('none').hidden = rows.length > 0;
}

async function refresh() {
    try {
        showStatus(await get('/api/v1/status'));
        showFindings((await get('/api/v1/findings')).findings);
        at('live').hidden = false;
        say('');
    } catch (trouble) {
        say(trouble instanceof TypeError ? 'The proxy is not running any more.' : trouble.message);
    }
}

let again = 0;
function follow() {
    const socket = new WebSocket(`ws://${location.host}/api/v1/events`);
    socket.onmessage = ({ data }) => {
        const event = JSON.parse(data);
        if (event.type === 'trouble') tell(event.data.message);
        again ||= setTimeout(() => { again = 0; refresh(); }, 300);
    };
    socket.onclose = () => setTimeout(() => { refresh(); follow(); }, 3000);
}

await open();
await refresh();
if (!at('live').hidden) follow();
