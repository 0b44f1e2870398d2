// Why: the verdict of the chosen exchange or finding with all that supports it, or the list of what was found.
import { html } from '../html.js';
import { getFindingsOf, putPolicy } from '../api.js';
import * as choice from '../choice.js';
import { Section, Sentences, Severity, StatusCode, ToExchange, WhoAsks, Wire, statusText } from './parts.js';
import { setFilter } from '../matching.js';
import { act, addFindings, columns, failureOf, failuresKnown, findings, run, status, version } from '../state.js';
import { isFailure } from '../model/groups.js';
import { wasRefused } from '../model/lanes.js';
import { counted, shown, stepOf } from '../model/text.js';
import { useEffect } from '../vendor/hooks.js';
import { hostOf, tunnelHost } from './tls.js';

/** @import { Evidence, Finding } from '../types.js' */

const CONFIDENCE = {
    certain: 'Every step of it was observed.',
    likely: 'One step is inferred; the rest was observed.',
    possible: 'It fits what was observed, and so does something else.',
};
const CULPRIT = {
    'this-proxy': 'why401 itself',
    intermediary: 'something between why401 and the server: a load balancer, a reverse proxy',
    client: 'the client',
    server: 'the server or its settings',
    network: 'the network',
    unknown: 'cannot be told from here',
};
const GUILTY = {
    'this-proxy': 'Guilty: why401 itself', intermediary: 'Guilty: something in between', client: 'Guilty: the client', server: 'Guilty: the server', network: 'Guilty: the network',
    unknown: 'Guilty: not known',
};
const NORMAL = {
    anonymous: 'The client tried without credentials first. The refusal lists the schemes it may use: this is how a login begins.',
    negotiate: 'First of the two steps of a login: the client says that it wants one, and the server answers 401 with a challenge.',
    authenticate: 'Second step of a login: the client answers the challenge, and proves who it is.',
};

/** @param {Evidence} one */
function follow(one) {
    const row = columns.rowOf(one.exchange), ours = one.at.startsWith('client');
    const connection = one.at.endsWith('.tls') && row >= 0 ? columns.number(ours ? 'client' : 'upstream', row) : 0;
    if (connection) choice.selectConnection((ours ? 'C' : 'U') + connection); // where what is known of TLS stands
    else choice.selectExchange(one.exchange, one);
}

/** @param {string} at "request.header[3]" */
function placeText(at) {
    const [message, part = ''] = at.split('.');
    if (message === 'decision') return 'which connection was chosen';
    if (part === 'line' || part === 'status') return `first line of the ${message}`;
    if (part === 'tls') return message === 'client' ? 'TLS with the client' : 'TLS with the server';
    if (part === 'body') return `body of the ${message}`;
    return part.startsWith('header') ? `field of the ${message}` : at;
}

/** @param {{ finding: Finding }} given */
const EvidenceList = ({ finding }) => html`
    <ol class="evidence">${finding.evidence.map((one) => html`
        <li><button type="button" class="evidence-link" onClick=${() => follow(one)}>
            <b>#${one.exchange}</b> <${Wire} text=${one.says} /> <span class="soft">${placeText(one.at)} →</span></button></li>`)}</ol>`;

/** What a tunnel cures: decryption itself was the cause. */
const CURED_BY_TUNNEL = ['CBT-MITM-001', 'CERT-MITM-004', 'TLS-CLIENT-002', 'TLS-UPSTREAM-001'];

/** The host that a finding is about, where this run decrypts. @param {Finding} finding */
function decryptedHost(finding) {
    const row = columns.rowOf(finding.exchange), possible = run.value?.interception?.possible && !status.value?.viewing;
    if (row < 0 || !possible || !CURED_BY_TUNNEL.includes(finding.rule)) return '';
    return hostOf(columns.word('origin', row).replace(/^\w+:\/\//, ''));
}

/** @param {{ finding: Finding }} given */
function Remedy({ finding }) {
    const host = decryptedHost(finding);
    const mayswitch = finding.culprit === 'this-proxy' && status.value?.policy && status.value.policy !== 'affinity';
    return html`
        <ol class="sentences">${finding.fix.map((step) => html`<li><${Wire} text=${step} /></li>`)}</ol>
        ${mayswitch && html`<p><button type="button" class="strong" onClick=${() => act(() => putPolicy('affinity'))}>Switch this proxy to affinity now</button></p>`}
        ${host && html`<p>${run.value?.interception?.tunnel.includes(host) ? html`<b id="tunnelled">${shown(host, 80)} is tunnelled from now on. Try again.</b>`
            : html`<button type="button" class="strong" id="tunnel-host" onClick=${() => tunnelHost(host)}>Tunnel ${shown(host, 80)} from now on</button>`}</p>`}`;
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
                <dt>Guilty</dt><dd><b>${CULPRIT[/** @type {keyof typeof CULPRIT} */ (finding.culprit)] ?? shown(finding.culprit, 60)}${finding.culprit === 'this-proxy' ? (CURED_BY_TUNNEL.includes(finding.rule) ? ': it decrypts TLS here' : ': the policy it had, or a fault that was switched on') : ''}</b></dd>
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

/** A sentence on an exchange that no failure speaks of. @param {number} row @returns {[headline: string, more: string]} */
function calmWords(row) {
    const finding = columns.word('finding', row), leg = columns.word('leg', row), status = columns.number('status', row), outcome = columns.word('outcome', row);
    if (finding.startsWith('NORM-')) return ['Nothing wrong here: this is a normal step of a login.', NORMAL[/** @type {keyof typeof NORMAL} */ (leg)] ?? ''];
    if (outcome === 'refused') return [`why401 answered this itself${status ? `, with ${status}` : ''}.`, 'The server did not answer it. The bytes of the exchange say why.'];
    if (outcome === 'broken' || outcome === 'abandoned') return [outcome === 'broken' ? 'The answer broke off.' : 'The client left before the answer was whole.', 'The bytes of the exchange say where.'];
    if (status === 0) return ['No answer has been recorded yet.', ''];
    if (wasRefused(columns, row)) return ['Not explained yet.', 'The login may still be going on.'];
    if (status >= 500) return [`The server answered ${status}: it failed.`, 'Nothing here says that it has to do with a login.'];
    if (status >= 400) return [`The server answered ${status}.`, status === 403 ? 'It refused the request and asked for no login.' : 'Nothing here says that it has to do with a login.'];
    return ['Nothing wrong here.', ''];
}

/** What there is to say of an exchange that has no failure. @param {{ id: number }} given */
function Calm({ id }) {
    const row = columns.rowOf(id);
    if (row < 0) return html`<p>Exchange ${id} is not in this record.</p>`;
    const finding = columns.word('finding', row), [headline, more] = calmWords(row);
    const step = stepOf(columns.word('leg', row), columns.word('scheme', row));
    return html`
        <article class="verdict" aria-labelledby="because">
            <p class="lead-line">${finding.startsWith('NORM-') && html`<span class="tick" aria-hidden="true">✓</span> `}<${ToExchange} id=${id} /> <${StatusCode} row=${row} />
                ${finding && html` · <code><${Wire} text=${finding} /></code>`}</p>
            <h2 id="because">${headline}</h2>
            <p>${more}</p>
            <dl class="facts"><dt>Who asks</dt><dd><${WhoAsks} row=${row} /></dd>${step && html`<dt>Step</dt><dd><${Wire} text=${step} /></dd>`}</dl>
        </article>`;
}

/** @param {{ finding: Finding }} given */
const FindingLink = ({ finding }) => html`
    <li class=${finding.severity}><button type="button" class="finding-link" onClick=${() => { choice.selectExchange(finding.exchange); choice.finding.value = finding.id; }}>
        <span class="lead-line"><${Severity} severity=${finding.severity} /> #${finding.exchange} · <b>${GUILTY[/** @type {keyof typeof GUILTY} */ (finding.culprit)] ?? shown(finding.culprit, 40)}</b> · ${finding.confidence} · <code>${finding.rule}</code></span>
        <${Wire} text=${finding.because} /></button></li>`;

const SHOWN = 200;
const RANK = { critical: 0, error: 1, warning: 2, info: 3 };

/** Those of one rule at one server together, the newest first; what is worst comes first. @param {Finding[]} all @returns {Finding[][]} */
function alike(all) {
    /** @type {Map<string, Finding[]>} */
    const groups = new Map();
    for (const finding of all) {
        const row = columns.rowOf(finding.exchange), key = `${finding.rule} ${finding.culprit} ${row < 0 ? '' : columns.word('origin', row)}`;
        const known = groups.get(key);
        if (known) known.unshift(finding);
        else groups.set(key, [finding]);
    }
    return [...groups.values()].sort(([a], [b]) => RANK[a.severity] - RANK[b.severity] || b.exchange - a.exchange);
}

/** @param {{ group: Finding[] }} given */
function FindingGroup({ group: [newest, ...others] }) {
    const row = columns.rowOf(newest.exchange), host = row < 0 ? '' : ` host:${columns.word('origin', row).replace(/^\w+:\/\//, '')}`;
    const showAll = () => {
        choice.view.value = 'list';
        setFilter(`finding:${newest.rule}${host}`);
    };
    return html`<${FindingLink} finding=${newest} />
        ${others.length > 0 && html`<li><button type="button" class="link more" onClick=${showAll}>${counted(others.length, 'more like it', 'more like it')}</button></li>`}`;
}

/** All findings: failures first, what merely is a risk apart. */
function Overview() {
    const all = [...findings.value.values()].sort((a, b) => a.exchange - b.exchange);
    const failures = all.filter(({ kind }) => kind === 'failure'), notes = all.filter(({ kind }) => kind !== 'failure');
    const summary = status.value?.summary, count = failuresKnown.value;
    return html`
        <div class="overview">
            <h2>${count ? counted(count, 'failure') : 'No failure so far'}</h2>
            ${summary && html`<p class="soft" id="refusals">${counted(summary.status_401, 'answer')} 401 or 407: ${summary.normal_401} normal, ${summary.explained_401} explained, ${summary.unexplained_401} not explained.</p>`}
            <ol id="findings" aria-live="polite" class="finding-list">${alike(failures).slice(0, SHOWN).map((group) => html`<${FindingGroup} key=${group[0].id} group=${group} />`)}</ol>
            ${count > failures.length && html`<p class="soft">The newest ${failures.length} are listed. The filter <code>finding:*</code> finds them all.</p>`}
            ${failures.length === 0 && html`<p id="none" class="soft">A refused login, an unexpected 401, or an answer meant for somebody else is explained here as it happens. Choose an exchange to see what it means.</p>`}
            ${notes.length > 0 && html`<section class="part posture"><h3>Risks in what worked</h3>
                <ol class="finding-list">${alike(notes).slice(0, SHOWN).map((group) => html`<${FindingGroup} key=${group[0].id} group=${group} />`)}</ol></section>`}
        </div>`;
}

/** The failure of an exchange, also one that the page did not know: it is asked for. @param {number} id */
function useFailure(id) {
    const known = failureOf.value.get(id), row = columns.rowOf(id), missing = !known && row >= 0 && isFailure(columns.word('finding', row));
    useEffect(() => {
        if (missing) getFindingsOf(id).then((found) => addFindings(found), () => {});
    }, [id, missing]);
    return { finding: known, missing };
}

export function Explain() {
    void version.value;
    const id = choice.exchange.value, chosen = findings.value.get(choice.finding.value), { finding: failure, missing } = useFailure(id);
    if (!id) return html`<${Overview} />`;
    const finding = chosen?.exchange === id ? chosen : failure;
    const notes = [...findings.value.values()].filter((one) => one.exchange === id && one !== finding);
    return html`
        <p>${chosen && chosen.exchange !== id && html`<button type="button" class="link back" onClick=${() => choice.selectExchange(chosen.exchange)}>← Back to ${chosen.rule} (#${chosen.exchange})</button> · `}
            <button type="button" class="link back" onClick=${() => { choice.exchange.value = choice.finding.value = 0; }}>All findings</button></p>
        ${finding ? html`<${Verdict} finding=${finding} />` : missing ? html`<p class="soft">Reading what explains exchange ${id} …</p>` : html`<${Calm} id=${id} />`}
        ${notes.length > 0 && html`<section class="part posture"><h3>Also noted, apart from this</h3>
            <ol class="finding-list">${notes.map((one) => html`<${FindingLink} key=${one.id} finding=${one} />`)}</ol></section>`}
        ${columns.rowOf(id) >= 0 && html`<p><button type="button" class="link" onClick=${() => { choice.panel.value = 'exchange'; }}>The bytes of #${id} (${statusText(columns.rowOf(id))}) →</button></p>`}`;
}
