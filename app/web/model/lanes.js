// What the connection map shows, before anything is drawn: for one origin the lanes of its connections, and at
// each exchange what the client believes and what the server knows. Facts from the columns only.

/** @import { Columns } from './columns.js' */

/** What a cell holds, where it is not the place of an identity in the words. */
export const NOBODY = 0, HANDSHAKE = -1, UNKNOWN = -2; // unknown: somebody, whose name cannot be read from here

/** Findings that say: the server had this login, and has it no more. */
const FORGOTTEN = new Set(['NTLM-PERSIST-001', 'NTLM-POOL-005', 'NTLM-POOL-006']);

/**
 * @typedef {object} Cell
 * @property {number} at index of the line that left it so
 * @property {number} known NOBODY, HANDSHAKE, UNKNOWN or a word
 *
 * @typedef {object} Lane one connection
 * @property {number} connection its number
 * @property {number} first index into `lines` of its first use
 * @property {number} last and of its last
 * @property {Cell[]} cells one for each change of what is known, in order
 *
 * @typedef {object} Line one exchange
 * @property {number} row in the columns
 * @property {Lane | null} client
 * @property {Lane | null} upstream
 * @property {number} believes what the client believes of its connection, at this exchange
 * @property {number} knows what the server knows of its own
 * @property {'' | 'break' | 'bleed' | 'free' | 'forgotten'} differ how the two ends differ, where its finding says so
 *
 * @typedef {object} OriginMap
 * @property {Line[]} lines
 * @property {Lane[]} clients in order of first use
 * @property {Lane[]} upstreams
 */

/** Schemes whose login belongs to the connection (RFC 4559 1, MS-NTHT 1.1). @param {string} scheme */
const isConnectionBased = (scheme) => /^(ntlm|negotiate|kerberos)$/i.test(scheme);

/** The rows of one origin, in order. @param {Columns} columns @param {number} origin its place in the words */
export function rowsOf(columns, origin) {
    const rows = [], origins = columns.column('origin');
    for (let row = 0; row < columns.size; ++row) if (origins[row] === origin) rows.push(row);
    return rows;
}

/** One side's lanes. */
class Side {
    /** @type {Lane[]} */
    lanes = [];
    /** @type {Map<number, Lane>} */
    #byConnection = new Map();
    /** What each lane holds from its last exchange on. @type {Map<Lane, number>} */
    known = new Map();

    /** @param {number} connection @param {number} at index of the line */
    at(connection, at) {
        if (connection === 0) return null;
        let lane = this.#byConnection.get(connection);
        if (!lane) {
            lane = { connection, first: at, last: at, cells: [] };
            this.lanes.push(lane);
            this.#byConnection.set(connection, lane);
            this.known.set(lane, NOBODY);
        }
        lane.last = at;
        return lane;
    }
}

/** @param {Columns} columns @param {number} row */
export function wasRefused(columns, row) {
    const status = columns.number('status', row);
    return status === 401 || status === 407;
}

/** The request carried something that proves who asks. @param {Columns} columns @param {number} row */
export function carriesProof(columns, row) {
    const leg = columns.word('leg', row);
    return leg === 'authenticate' || leg === 'single';
}

/**
 * What one end shows at an exchange, and what it keeps showing afterwards.
 * @param {Columns} columns @param {number} row @param {number} before @param {number} identity as this side has it
 * @returns {[at: number, after: number]}
 */
function standing(columns, row, before, identity) {
    if (!identity && before === NOBODY && !columns.number('scheme', row)) return [NOBODY, NOBODY]; // as most exchanges are
    if (columns.word('leg', row) === 'negotiate') return [HANDSHAKE, HANDSHAKE];
    const proof = carriesProof(columns, row);
    if (proof && columns.number('status', row) === 0) return [HANDSHAKE, before];
    if (proof && wasRefused(columns, row) && !columns.number('identity', row)) return [HANDSHAKE, NOBODY]; // tried, and not let in
    if (!proof) return identity ? [identity, identity] : [before === HANDSHAKE ? NOBODY : before, before === HANDSHAKE ? NOBODY : before];
    const at = identity || UNKNOWN, single = columns.word('leg', row) === 'single';
    // What one request alone brought (Basic, Digest) says nothing about the next one.
    return [at, !single || (identity && isConnectionBased(columns.word('scheme', row))) ? at : NOBODY];
}

/** @param {Columns} columns @param {number[]} rows @returns {OriginMap} */
export function mapOf(columns, rows) {
    const clients = new Side(), upstreams = new Side();
    /** @type {Line[]} */
    const lines = [];
    rows.forEach((row, index) => {
        const client = clients.at(columns.number('client', row), index);
        const upstream = upstreams.at(columns.number('upstream', row), index);
        const believes = step(columns, row, index, clients, client, columns.number('client_identity', row));
        const knows = step(columns, row, index, upstreams, upstream, columns.number('identity', row), true);
        lines.push({ row, client, upstream, believes, knows, differ: difference(columns, row, believes, knows) });
    });
    return { lines, clients: clients.lanes, upstreams: upstreams.lanes };
}

/**
 * Moves one lane on by one exchange; returns what it shows there.
 * @param {Columns} columns @param {number} row @param {number} index of its line @param {Side} side @param {Lane | null} lane @param {number} identity
 * @param {boolean} [isServer] whose forgetting a finding may tell
 */
function step(columns, row, index, side, lane, identity, isServer = false) {
    if (!lane) return identity;
    let [at, after] = standing(columns, row, side.known.get(lane) ?? NOBODY, identity);
    if (isServer && FORGOTTEN.has(columns.word('finding', row))) at = after = NOBODY;
    side.known.set(lane, after);
    if (lane.cells.length === 0 || lane.cells[lane.cells.length - 1].known !== after) lane.cells.push({ at: index, known: after });
    return at;
}

/** Two ends may differ innocently: only a finding accuses. @param {Columns} columns @param {number} row @param {number} believes @param {number} knows @returns {Line['differ']} */
function difference(columns, row, believes, knows) {
    const finding = columns.word('finding', row);
    if (finding === 'NTLM-POOL-003' && knows > 0 && believes !== knows) return believes > 0 ? 'bleed' : believes === NOBODY ? 'free' : '';
    if (believes <= 0 || knows !== NOBODY) return '';
    return finding === 'NTLM-POOL-001' ? 'break' : FORGOTTEN.has(finding) ? 'forgotten' : '';
}

/** Who are named A, B, C: in the order in which they first show up anywhere. @param {Columns} columns @returns {Map<number, number>} word to its number from 0 */
export function identitiesOf(columns) {
    const order = new Map();
    const client = columns.column('client_identity'), server = columns.column('identity');
    for (let row = 0; row < columns.size; ++row) {
        if (client[row] && !order.has(client[row])) order.set(client[row], order.size);
        if (server[row] && !order.has(server[row])) order.set(server[row], order.size);
    }
    return order;
}

/** A, B ... Z, then A2 and so on. @param {number} number from 0 */
export const letterOf = (number) => String.fromCharCode(65 + (number % 26)) + (number < 26 ? '' : String(Math.floor(number / 26) + 1));
