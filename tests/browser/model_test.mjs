// The parts of the page that draw nothing: columns, lanes, groups, filters, and how text is shown.
import assert from 'node:assert/strict';
import { test } from 'node:test';

const web = (name) => import(new URL(`../../app/web/model/${name}`, import.meta.url));
const { Columns, microsecondsOf, originOf } = await web('columns.js');
const { HANDSHAKE, NOBODY, UNKNOWN, identitiesOf, letterOf, mapOf, rowsOf } = await web('lanes.js');
const { HEIGHT, itemAt, layoutOf } = await web('map_layout.js');
const { arrange } = await web('groups.js');
const { piecesOf } = await web('pieces.js');
const { completions, wordAt } = await web('filters.js');
const { shown, shownLines } = await web('text.js');

let clock = 0;
/** An exchange as the event stream tells of it. */
const exchange = (id, more = {}) => ({
    id, client_connection: 'C1', upstream_connection: 'U1', method: 'GET', url: 'http://web01/', status: 200, substatus: null, scheme: null, leg: 'none',
    client_identity: null, identity: null, finding: null, conversation: null, time: new Date(Date.UTC(2026, 10, 22) + (clock += 10)).toISOString(), duration_ms: 1,
    outcome: 'complete', policy: 'affinity', ...more,
});
const columnsOf = (...exchanges) => {
    const columns = new Columns();
    for (const one of exchanges) columns.takeOne(one);
    return columns;
};
const login = (first, { client = 'C1', upstream = 'U1', who = 'CONTOSO\\alice', conversation = 1 } = {}) => {
    const common = { client_connection: client, upstream_connection: upstream, conversation, scheme: 'NTLM' };
    return [
        exchange(first, { ...common, status: 401, leg: 'anonymous', finding: 'NORM-NTLM-001' }),
        exchange(first + 1, { ...common, status: 401, leg: 'negotiate', finding: 'NORM-NTLM-002' }),
        exchange(first + 2, { ...common, leg: 'authenticate', client_identity: who, identity: who, finding: 'NORM-NTLM-003' }),
    ];
};
const allOf = (columns) => mapOf(columns, rowsOf(columns, columns.placeOf('http://web01')));

test('columns stay ordered by id, whatever the order in which exchanges are told of', () => {
    const columns = columnsOf(exchange(5), exchange(2), exchange(9), exchange(3, { status: 401 }), exchange(3, { status: 404 }));
    assert.deepEqual([...columns.column('ids').subarray(0, columns.size)], [2, 3, 5, 9]);
    assert.equal(columns.number('status', columns.rowOf(3)), 404);
    assert.equal(columns.rowOf(4), -1);
});

test('a list of the API says the same as the events for the same exchanges', () => {
    const told = columnsOf(exchange(1, { substatus: { value: '401.2', basis: 'page', confidence: 'certain' }, identity: 'a', time: '2026-11-22T00:00:01.000500Z' }));
    const listed = new Columns();
    listed.take({
        ids: [1], conversation: [0], client: [1], upstream: [1], origin: [1], status: [200], substatus: [2], scheme: [0], leg: [3], client_identity: [0], identity: [4],
        finding: [0], outcome: [5], started: [500], duration: [1000], words: ['', 'http://web01', '401.2', 'none', 'a', 'complete'],
        base: Date.UTC(2026, 10, 22, 0, 0, 1) * 1000, next: null, forgotten: 0,
    });
    for (const name of ['ids', 'client', 'upstream', 'status', 'started', 'duration']) assert.equal(listed.number(name, 0), told.number(name, 0), name);
    for (const name of ['origin', 'substatus', 'scheme', 'leg', 'identity', 'finding', 'outcome']) assert.equal(listed.word(name, 0), told.word(name, 0), name);
});

test('a substatus that is only guessed is not shown as one', () => {
    const columns = columnsOf(exchange(1, { status: 401, substatus: { value: '401.3', basis: 'inferred', confidence: 'possible' } }));
    assert.equal(columns.word('substatus', 0), '');
});

test('a host is the same in either case', () => {
    const columns = columnsOf(exchange(1, { url: 'http://WEB01/A' }), exchange(2, { url: 'http://web01/A' }));
    assert.equal(columns.word('origin', 0), columns.word('origin', 1));
});

test('a head is cut where something was changed or is pointed at, however many edits there are', () => {
    const head = 'GET http://a/ HTTP/1.1\r\nX: 1\r\n\r\n', edits = [{ offset: 4, length: 9, text: '/', because: 'origin-form' }, { offset: 24, length: 6, text: '', because: 'named' }, { offset: 30, length: 0, text: 'Y: 2\r\n', because: 'told' }];
    const pieces = piecesOf({ head, edits }, [24, 1]);
    assert.deepEqual(pieces.map(({ kind, text }) => [kind, text]), [['kept', 'GET '], ['removed', 'http://a/'], ['added', '/'], ['kept', ' HTTP/1.1\r\n'], ['removed', 'X'], ['removed', ': 1\r\n'], ['added', 'Y: 2\r\n'], ['kept', '\r\n']]);
    assert.deepEqual(pieces.filter(({ pointed }) => pointed).map(({ text }) => text), ['X']);
    const many = Array.from({ length: 40_000 }, (_, i) => ({ offset: i, length: 1, text: '', because: '' }));
    assert.equal(piecesOf({ head: 'x'.repeat(40_000), edits: many }, null).length, 40_000);
});

test('times keep their microseconds', () => {
    assert.equal(microsecondsOf('2026-11-22T00:00:00.123456Z') % 1_000_000, 123456);
    assert.equal(microsecondsOf(null), 0);
    assert.equal(microsecondsOf('nonsense'), 0);
    assert.equal(originOf('http://web01:8080/a/b?c'), 'http://web01:8080');
    assert.equal(originOf('web01:443'), 'web01:443');
});

test('a login fills both lanes: nobody, under way, then who it is', () => {
    const { lines } = allOf(columnsOf(...login(1), exchange(4, { client_identity: 'CONTOSO\\alice', identity: 'CONTOSO\\alice' })));
    assert.deepEqual(lines.map(({ believes }) => Math.sign(believes)), [NOBODY, HANDSHAKE, 1, 1]);
    assert.deepEqual(lines.map(({ knows }) => Math.sign(knows)), [NOBODY, HANDSHAKE, 1, 1]);
    assert.deepEqual(lines.map(({ differ }) => differ), ['', '', '', '']);
});

test('a request on a connection that never logged in has two different ends: the pooling break', () => {
    const columns = columnsOf(...login(1), exchange(4, { upstream_connection: 'U2', status: 401, leg: 'anonymous', client_identity: 'CONTOSO\\alice', finding: 'NTLM-POOL-001' }));
    const line = allOf(columns).lines[3];
    assert.equal(columns.words[line.believes], 'CONTOSO\\alice');
    assert.equal(line.knows, NOBODY);
    assert.equal(line.differ, 'break');
});

test('served as somebody else has two names at its ends, and no name at all is a free ride', () => {
    const columns = columnsOf(...login(1), ...login(4, { client: 'C2', upstream: 'U2', who: 'CONTOSO\\bob', conversation: 2 }),
        exchange(7, { client_connection: 'C2', upstream_connection: 'U1', client_identity: 'CONTOSO\\bob', identity: 'CONTOSO\\alice', finding: 'NTLM-POOL-003' }),
        exchange(8, { client_connection: 'C3', upstream_connection: 'U1', leg: 'anonymous', identity: 'CONTOSO\\alice', finding: 'NTLM-POOL-003' }));
    assert.deepEqual(allOf(columns).lines.slice(6).map(({ differ }) => differ), ['bleed', 'free']);
    assert.deepEqual([...identitiesOf(columns)].map(([word, number]) => letterOf(number) + columns.words[word]), ['ACONTOSO\\alice', 'BCONTOSO\\bob']);
});

test('ends that differ without a finding accuse nobody', () => {
    const [line] = allOf(columnsOf(exchange(1, { identity: 'CONTOSO\\alice' }))).lines;
    assert.equal(line.differ, '');
});

test('a refused password is a login that was tried, and no difference of the two ends', () => {
    for (const [scheme, leg] of [['Basic', 'single'], ['NTLM', 'authenticate']]) {
        const { lines } = allOf(columnsOf(exchange(1, { status: 401, scheme, leg, client_identity: 'alice', finding: 'BASIC-BAD-001' }), exchange(2)));
        assert.deepEqual([lines[0].believes, lines[0].knows, lines[0].differ, lines[1].believes], [HANDSHAKE, HANDSHAKE, '', NOBODY], scheme);
    }
});

test('who is known and may not open the page is still known', () => {
    const columns = columnsOf(...login(1), exchange(4, { status: 401, client_identity: 'CONTOSO\\alice', finding: 'IIS-4013-ACL' }));
    const line = allOf(columns).lines[3];
    assert.deepEqual([columns.words[line.believes], columns.words[line.knows], line.differ], ['CONTOSO\\alice', 'CONTOSO\\alice', '']);
});

test('a server that forgets is drawn as such only where the finding says so', () => {
    const columns = columnsOf(...login(1), exchange(4, { status: 401, client_identity: 'CONTOSO\\alice', finding: 'NTLM-PERSIST-001' }));
    const line = allOf(columns).lines[3];
    assert.deepEqual([line.knows, line.differ], [NOBODY, 'forgotten']);
});

test('credentials whose owner cannot be read are somebody, not nobody', () => {
    const { lines } = allOf(columnsOf(exchange(1, { scheme: 'Bearer', leg: 'single' }), exchange(2)));
    assert.deepEqual([lines[0].believes, lines[0].knows, lines[1].knows], [UNKNOWN, UNKNOWN, NOBODY]);
});

test('what Basic said once does not colour the connection', () => {
    const { lines, upstreams } = allOf(columnsOf(exchange(1, { scheme: 'Basic', leg: 'single', identity: 'alice', client_identity: 'alice' }), exchange(2)));
    assert.ok(lines[0].knows > 0);
    assert.equal(lines[1].knows, NOBODY);
    assert.deepEqual(upstreams[0].cells.map(({ known }) => known), [NOBODY]);
});

test('a refused login leaves nobody on the lanes', () => {
    const { lines } = allOf(columnsOf(...login(1).slice(0, 2), exchange(3, { status: 401, scheme: 'NTLM', leg: 'authenticate', finding: 'NTLM-FAIL-001' }), exchange(4)));
    assert.deepEqual([lines[3].believes, lines[3].knows], [NOBODY, NOBODY]);
});

test('the map folds idle time, marks a switch between the right rows, and true time sets rows apart', () => {
    const at = (seconds) => new Date(Date.UTC(2026, 10, 22, 12, 0, seconds)).toISOString();
    const columns = columnsOf(exchange(1, { time: at(0) }), exchange(2, { time: at(10) }), exchange(3, { time: at(10) }));
    const switches = [{ kind: 'policy', before: 'affinity', policy: 'pooled/lifo', time: at(5) }];
    const folded = layoutOf(columns, allOf(columns), { isShown: () => true, switches, trueTime: false });
    assert.deepEqual(folded.items.map(({ kind }) => kind), ['line', 'switch', 'gap', 'line', 'line']);
    assert.match(folded.items[1].text, /affinity → pooled\/lifo/);
    const apart = layoutOf(columns, allOf(columns), { isShown: () => true, switches, trueTime: true });
    assert.ok(apart.height > folded.height + 200);
    assert.equal(itemAt(folded.items, folded.items[3].y + 1), 3);
});

test('lanes that no shown exchange touches are quiet', () => {
    const columns = columnsOf(...[1, 2, 3, 4].map((id) => exchange(id, { client_connection: `C${id}`, upstream_connection: `U${id}` })));
    const { clients, upstreams, drawn } = layoutOf(columns, allOf(columns), { isShown: (row) => row === 2, switches: [], trueTime: false });
    assert.deepEqual([clients.lanes.length, clients.quiet, upstreams.quiet, drawn], [1, 3, 3, [2]]);
});

test('of a hundred short connections neighbours never share a place, and the map stays narrow', () => {
    const columns = columnsOf(...Array.from({ length: 100 }, (_, i) => exchange(i + 1, { client_connection: `C${i + 1}` })));
    const { clients } = layoutOf(columns, allOf(columns), { isShown: () => true, switches: [], trueTime: false });
    assert.ok(clients.slots <= 8);
    for (let i = 1; i < 100; ++i) assert.notEqual(clients.lanes[i].slot, clients.lanes[i - 1].slot);
    assert.ok(HEIGHT.line > 0);
});

test('of more connections at once than can be told apart the last ones share a lane', () => {
    const columns = columnsOf(...Array.from({ length: 200 }, (_, i) => exchange(i + 1, { client_connection: `C${i % 100 + 1}` })));
    const { clients } = layoutOf(columns, allOf(columns), { isShown: () => true, switches: [], trueTime: false });
    assert.equal(clients.slots, 24);
    const own = clients.lanes.filter(({ slot }) => slot < 23);
    for (const a of own) for (const b of own) if (a !== b && a.slot === b.slot) assert.ok(a.last < b.first || b.last < a.first);
});

test('lanes that live at the same time never share a place', () => {
    const columns = columnsOf(...Array.from({ length: 60 }, (_, i) => exchange(i + 1, { client_connection: `C${(i * 7) % 20 + 1}` })));
    const { clients } = layoutOf(columns, allOf(columns), { isShown: () => true, switches: [], trueTime: false });
    for (const a of clients.lanes) for (const b of clients.lanes)
        if (a !== b && a.slot === b.slot) assert.ok(a.last < b.first || b.last < a.first, `${a.lane.connection} and ${b.lane.connection}`);
});

const how = (more = {}) => ({ by: 'none', fold: true, toggled: new Set(), ...more });
const rowNumbers = (columns) => Array.from({ length: columns.size }, (_, row) => row);

test('a healthy login is one row, which opens; a failed one is not folded', () => {
    const columns = columnsOf(...login(1), exchange(4), ...login(5, { conversation: 2, client: 'C2' }).slice(0, 2),
        exchange(7, { conversation: 2, status: 401, leg: 'authenticate', finding: 'NTLM-FAIL-001' }));
    const folded = arrange(columns, rowNumbers(columns), how());
    assert.deepEqual(folded.items, [-1, 3, 4, 5, 6]);
    assert.deepEqual(arrange(columns, rowNumbers(columns), how({ toggled: new Set([folded.groups[0].key]) })).items, [-1, 0, 1, 2, 3, 4, 5, 6]);
    assert.deepEqual(arrange(columns, rowNumbers(columns), how({ fold: false })).items, rowNumbers(columns));
});

test('rows are grouped by login, by connection and by host', () => {
    const columns = columnsOf(...login(1), exchange(4, { client_connection: 'C2', url: 'http://web02/' }), exchange(5));
    for (const [by, groups] of [['login', 2], ['connection', 2], ['host', 2]]) {
        const arranged = arrange(columns, rowNumbers(columns), how({ by, fold: false }));
        assert.equal(arranged.groups.length, groups, by);
        assert.equal(arranged.items.filter((item) => item >= 0).length, 5, by);
    }
});

test('the filter completes keys, then their values as they occur', () => {
    const columns = columnsOf(...login(1), exchange(4, { finding: 'NTLM-POOL-001', status: 401, identity: 'A B' }));
    assert.deepEqual(completions(columns, 'st', 2).map(({ insert }) => insert), ['status:']);
    assert.ok(completions(columns, 'finding:pool', 12).some(({ insert }) => insert === 'finding:NTLM-POOL-001'));
    assert.ok(completions(columns, 'user:', 5).some(({ insert }) => insert === 'user:"A B"'));
    assert.deepEqual(wordAt('a "b c" sta', 11), { begin: 8, word: 'sta' });
    assert.deepEqual(wordAt('user:"a b', 9), { begin: 0, word: 'user:"a b' });
});

test('what is invisible or turns its neighbours round is made visible; other scripts stay', () => {
    assert.equal(shown('a\u0000b\u001b[31m'), 'a␀b␛[31m');
    assert.equal(shown('x\u202ey\u2066z'), 'x⟨202E⟩y⟨2066⟩z');
    assert.equal(shown('\u200b\ufeff'), '⟨200B⟩⟨FEFF⟩');
    assert.equal(shown('العربية 日本 Ärger'), 'العربية 日本 Ärger');
    assert.match(shown('a'.repeat(5000), 100), /^a{100} … \(4900 more characters\)$/);
    assert.equal(shownLines('a: b\r\n\tc\r\n'), 'a: b\n␉c\n');
});
