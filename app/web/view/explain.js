// Why: the verdict of the chosen exchange or finding with all that supports it, or the list of what was found.
import { html } from '../html.js';
import * as api from '../api.js';
import * as choice from '../choice.js';
import { Section, Sentences, Severity, StatusCode, ToExchange, Who, Wire, statusText } from './parts.js';
import { act, columns, failureOf, findings, status, version } from '../state.js';
import { counted, stepOf } from '../model/text.js';

/** @import { Evidence, Finding } from '../types.js' */

export const CONFIDENCE = {
    certain: 'The recorded bytes prove every step of it.',
    likely: 'One step is inferred; the rest was observed.',
    possible: 'It fits what was observed, and so does something else.',
};
export const CULPRIT = {
    'this-proxy': 'why401 itself: its present policy, or a fault that was switched on',
    intermediary: 'something between why401 and the server: a load balancer, a reverse proxy',
    client: 'the client',
    server: 'the server or its settings',
    network: 'the network',
    unknown: 'cannot be told from here',
};
const NORMAL = {
    anonymous: 'The client tried without credentials first. The refusal lists the schemes it may use: this is how a login begins.',
    negotiate: 'First of the two steps of a login: the client says that it wants one, and the server answers 401 with a challenge.',
    authenticate: 'Second step of a login: the client answers the challenge, and proves who it is.',
    single: 'The request carried its credentials.',
    none: 'Nothing about a login is in this exchange.',
};

/** @param {Evidence} one */
function follow(one) {
    choice.selectExchange(one.exchange, one);
}

/** @param {string} at "request.header[3]" */
function placeText(at) {
    const [message, part = ''] = at.split('.');
    if (message === 'decision') return 'which connection was chosen';
    if (part === 'line' || part === 'status') return `first line of the ${message}`;
    if (part === 'body') return `body of the ${message}`;
    return part.startsWith('header') ? `field of the ${message}` : at;
}

/** @param {{ finding: Finding }} given */
const EvidenceList = ({ finding }) => html`
    <ol class="evidence">${finding.evidence.map((one) => html`
        <li><button type="button" class="evidence-link" onClick=${() => follow(one)}>
            <b>#${one.exchange}</b> <${Wire} text=${one.says} /> <span class="soft">${placeText(one.at)} →</span></button></li>`)}</ol>`;

/** @param {{ finding: Finding }} given */
function Remedy({ finding }) {
    const mayswitch = finding.culprit === 'this-proxy' && status.value?.policy && status.value.policy !== 'affinity';
    return html`
        <ol class="sentences">${finding.fix.map((step) => html`<li><${Wire} text=${step} /></li>`)}</ol>
        ${mayswitch && html`<p><button type="button" class="strong" onClick=${() => act(() => api.putPolicy('affinity'))}>Switch this proxy to affinity now</button></p>`}`;
}

/** @param {{ finding: Finding }} given */
function Verdict({ finding }) {
    const row = columns.rowOf(finding.exchange);
    return html`
        <article class="verdict" aria-labelledby="because">
            <p class="lead-line"><${Severity} severity=${finding.severity} /> <span class=${finding.severity}>${finding.severity}</span>${' '}
                · <${ToExchange} id=${finding.exchange} />${row >= 0 && html` <${StatusCode} row=${row} />`} · <code>${finding.rule}</code></p>
            <h2 id="because"><${Wire} text=${finding.because} /></h2>
            <dl class="facts">
                <dt>Who</dt><dd><b><${Wire} text=${finding.culprit} /></b> <span class="soft">${CULPRIT[/** @type {keyof typeof CULPRIT} */ (finding.culprit)] ?? ''}</span></dd>
                <dt>How sure</dt><dd><b class=${`sure ${finding.confidence}`}>${finding.confidence}</b> <span class="soft">${CONFIDENCE[finding.confidence] ?? ''}</span></dd>
            </dl>
            <${Section} title="Evidence"><${EvidenceList} finding=${finding} /></${Section}>
            ${finding.ruled_out.length > 0 && html`<${Section} title="Ruled out"><${Sentences} items=${finding.ruled_out} /></${Section}>`}
            ${finding.not_visible.length > 0 && html`<${Section} title="Not visible from here"><${Sentences} items=${finding.not_visible} /></${Section}>`}
            ${finding.consequence && html`<${Section} title="What follows for the client"><p><${Wire} text=${finding.consequence} /></p></${Section}>`}
            ${finding.fix.length > 0 && html`<${Section} title="Do next"><${Remedy} finding=${finding} /></${Section}>`}
            ${finding.sources.length > 0 && html`<${Section} title="Sources"><${Sentences} items=${finding.sources} /></${Section}>`}
        </article>`;
}

/** What there is to say of an exchange that has no failure. @param {{ id: number }} given */
function Calm({ id }) {
    const row = columns.rowOf(id);
    if (row < 0) return html`<p>Exchange ${id} is not in this record.</p>`;
    const finding = columns.word('finding', row), leg = columns.word('leg', row) || 'none', code = columns.number('status', row);
    const refused = code === 401 || code === 407;
    const words = finding.startsWith('NORM-') ? 'Nothing wrong here: this is a normal step of a login.'
        : refused ? 'Not explained yet: the login may still be going on.' : code === 0 ? 'No answer has been recorded.' : 'Nothing wrong here.';
    return html`
        <article class="verdict" aria-labelledby="because">
            <p class="lead-line">${finding.startsWith('NORM-') && html`<span class="tick" aria-hidden="true">✓</span> `}<${ToExchange} id=${id} /> <${StatusCode} row=${row} />
                ${finding && html` · <code><${Wire} text=${finding} /></code>`}</p>
            <h2 id="because">${words}</h2>
            <p>${NORMAL[/** @type {keyof typeof NORMAL} */ (leg)] ?? ''}</p>
            <dl class="facts">
                <dt>The client</dt><dd>believes it is <${Who} word=${columns.number('client_identity', row)} /></dd>
                <dt>The server</dt><dd>served <${Who} word=${columns.number('identity', row)} /></dd>
                ${stepOf(leg, columns.word('scheme', row)) && html`<dt>Step</dt><dd><${Wire} text=${stepOf(leg, columns.word('scheme', row))} /></dd>`}
            </dl>
        </article>`;
}

/** @param {{ finding: Finding }} given */
const FindingLink = ({ finding }) => html`
    <li class=${finding.severity}><button type="button" class="finding-link" onClick=${() => { choice.selectExchange(finding.exchange); choice.finding.value = finding.id; }}>
        <span class="lead-line"><${Severity} severity=${finding.severity} /> #${finding.exchange} · <code>${finding.rule}</code> · ${finding.confidence}</span>
        <${Wire} text=${finding.because} /></button></li>`;

const SHOWN = 200;

/** All findings: failures first, what merely is a risk apart. */
function Overview() {
    const all = [...findings.value.values()].sort((a, b) => a.exchange - b.exchange);
    const failures = all.filter(({ kind }) => kind === 'failure'), notes = all.filter(({ kind }) => kind !== 'failure');
    const summary = status.value?.summary;
    return html`
        <div class="overview">
            <h2>${failures.length ? counted(failures.length, 'failure') : 'No failure so far'}</h2>
            ${summary && html`<p class="soft" id="refusals">${counted(summary.status_401, 'answer')} 401 or 407: ${summary.normal_401} normal, ${summary.explained_401} explained, ${summary.unexplained_401} not explained.</p>`}
            <ol id="findings" aria-live="polite" class="finding-list">${failures.slice(-SHOWN).map((finding) => html`<${FindingLink} key=${finding.id} finding=${finding} />`)}</ol>
            ${failures.length > SHOWN && html`<p class="soft">The newest ${SHOWN} are listed. The filter <code>finding:*</code> finds them all.</p>`}
            ${failures.length === 0 && html`<p id="none" class="soft">A refused login, an unexpected 401, or an answer meant for somebody else is explained here as it happens. Choose an exchange to see what it means.</p>`}
            ${notes.length > 0 && html`<section class="part posture"><h3>Risks in what worked</h3>
                <ol class="finding-list">${notes.slice(-SHOWN).map((finding) => html`<${FindingLink} key=${finding.id} finding=${finding} />`)}</ol></section>`}
        </div>`;
}

export function Explain() {
    void version.value;
    const id = choice.exchange.value, chosen = findings.value.get(choice.finding.value);
    if (!id) return html`<${Overview} />`;
    const finding = chosen?.exchange === id ? chosen : failureOf.value.get(id);
    const notes = [...findings.value.values()].filter((one) => one.exchange === id && one !== finding);
    return html`
        <p><button type="button" class="link back" onClick=${() => { choice.exchange.value = choice.finding.value = 0; }}>← All findings</button></p>
        ${finding ? html`<${Verdict} finding=${finding} />` : html`<${Calm} id=${id} />`}
        ${notes.length > 0 && html`<section class="part posture"><h3>Also noted, apart from this</h3>
            <ol class="finding-list">${notes.map((one) => html`<${FindingLink} key=${one.id} finding=${one} />`)}</ol></section>`}
        <p><button type="button" class="link" onClick=${() => { choice.panel.value = 'exchange'; }}>The bytes of #${id} (${columns.rowOf(id) >= 0 ? statusText(columns.rowOf(id)) : ''}) →</button></p>`;
}
