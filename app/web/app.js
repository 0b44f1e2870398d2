// The page: what runs, what it found, how to use it.
import { html } from './html.js';
import { findings, message, status, trouble } from './state.js';

/** @import { Finding, Status } from './types.js' */

const SHOWN = 100;

/** @param {{ status: Status }} given */
function Run({ status }) {
    const { status_401, normal_401, explained_401, unexplained_401, exchanges } = status.summary;
    return html`
        <dl aria-label="State of this run">
            <dt>Proxy</dt><dd id="proxy">${status.listen.join(', ')}</dd>
            <dt>Policy</dt><dd id="policy">${status.policy}</dd>
            <dt>Faults</dt><dd id="faults">${status.faults.join(', ') || 'none'}</dd>
            <dt>Exchanges</dt><dd id="exchanges">${exchanges}</dd>
            <dt>401 and 407</dt><dd id="refusals">${status_401}: ${normal_401} normal, ${explained_401} explained, ${unexplained_401} not explained</dd>
            <dt>Capture</dt><dd id="capture">${status.capture ?? 'off'}${status.capture && !status.recording ? ' (recording has stopped)' : ''}</dd>
        </dl>`;
}

/** @param {{ finding: Finding }} given */
const FindingRow = ({ finding }) => html`
    <li>
        <strong class=${finding.severity}>${finding.severity} </strong><span>${finding.because}</span>
        <div class="rule">${finding.rule} · ${finding.confidence} · exchange ${finding.exchange}</div>
    </li>`;

function Findings() {
    const latest = [...findings.value.values()].slice(-SHOWN).reverse();
    return html`
        <h2>Findings</h2>
        <ol id="findings" aria-live="polite">${latest.map((finding) => html`<${FindingRow} key=${finding.id} finding=${finding} />`)}</ol>
        ${latest.length === 0 && html`<p id="none">None so far.</p>`}`;
}

/** @param {{ status: Status | null }} given */
const Use = ({ status }) => html`
    <h2>Use it</h2>
    <p>Point a client at the proxy:</p>
    <pre><code>curl --proxy http://${status?.proxy ?? '127.0.0.1:8401'} --ntlm --user 'DOMAIN\\name' http://server/</code></pre>
    <p>Explain what was recorded, with the evidence for each statement:</p>
    <pre><code>why401 explain ${status?.capture ?? 'FILE.why401'}</code></pre>
    <p>Switch how upstream connections are chosen, to reproduce what a pooling proxy breaks:</p>
    <pre><code>why401 policy pooled/switch${'\n'}why401 policy affinity</code></pre>
    <p>From scripts, with the token that was printed at the start:</p>
    <pre><code>curl -H "Authorization: Bearer $TOKEN" ${location.origin}/api/v1/findings${'\n'}curl -H "Authorization: Bearer $TOKEN" '${location.origin}/api/v1/exchanges?filter=status:401'</code></pre>
    <p class="small">The list of exchanges and the connection map are not part of this version; this page shows the findings as they come.</p>`;

export const App = () => html`
    <main>
        <h1>why401</h1>
        <p class="lead">A proxy that tells you why you are getting 401.</p>
        <p id="message" role="status" hidden=${message.value === ''}>${message.value}</p>
        <p id="trouble" role="alert" hidden=${trouble.value === ''}>${trouble.value}</p>
        ${status.value && html`<${Run} status=${status.value} /><${Findings} />`}
        <${Use} status=${status.value} />
    </main>`;
