// What the API says (docs: contract of the JSON), as types for the checker. No code.

/**
 * @typedef {object} Substatus
 * @property {string} value
 * @property {string} basis
 * @property {string} confidence
 *
 * @typedef {object} Exchange
 * @property {number} id
 * @property {string | null} client_connection
 * @property {string | null} upstream_connection
 * @property {string} method
 * @property {string} url
 * @property {number} status
 * @property {Substatus | null} substatus
 * @property {string | null} scheme
 * @property {string} leg
 * @property {string | null} client_identity
 * @property {string | null} identity
 * @property {string | null} finding
 * @property {number | null} conversation
 * @property {string} time
 * @property {number | null} duration_ms
 * @property {string} outcome
 * @property {string | null} policy
 * @property {boolean} answered_by_us
 * @property {number} request_length
 * @property {number} response_length
 *
 * @typedef {object} ExchangeColumns one entry per exchange in each; words are places in `words`
 * @property {number[]} ids
 * @property {number[]} conversation
 * @property {number[]} client
 * @property {number[]} upstream
 * @property {number[]} status
 * @property {number[]} started
 * @property {number[]} duration
 * @property {number[]} origin
 * @property {number[]} substatus
 * @property {number[]} scheme
 * @property {number[]} leg
 * @property {number[]} client_identity
 * @property {number[]} identity
 * @property {number[]} finding
 * @property {number[]} outcome
 * @property {string[]} words
 * @property {number} base
 * @property {number | null} next
 * @property {number} forgotten
 *
 * @typedef {object} Field
 * @property {string} name
 * @property {string} value
 * @property {[number, number]} bytes
 * @property {[number, number]} value_bytes
 *
 * @typedef {object} Edit
 * @property {number} offset
 * @property {number} length
 * @property {string} text
 * @property {string} because
 *
 * @typedef {object} Message
 * @property {string} head
 * @property {Field[]} fields
 * @property {Edit[]} edits
 * @property {{ length: number, kept: number, truncated: boolean, text: string | null, base64: string | null }} body
 *
 * @typedef {object} DecodedField
 * @property {string} name
 * @property {string} value
 * @property {string} meaning
 * @property {string} clause
 *
 * @typedef {object} Decoded
 * @property {string} scheme
 * @property {string} message
 * @property {DecodedField[]} fields
 * @property {{ what: string, offset: number, clause: string }[]} anomalies
 * @property {Decoded} [inner]
 *
 * @typedef {object} Token
 * @property {'request' | 'response'} message
 * @property {string} at
 * @property {[number, number]} bytes
 * @property {string} name
 * @property {Decoded[]} decoded
 *
 * @typedef {object} Decision
 * @property {string} policy
 * @property {string | null} chosen
 * @property {boolean} opened_new
 * @property {string} because
 * @property {{ connection: string, last_client: string | null, private_to_other: boolean }[]} candidates
 *
 * @typedef {object} Fault
 * @property {string} whose
 * @property {string} stage
 * @property {string} what
 * @property {string | null} clause
 *
 * @typedef {object} MoreOfExchange
 * @property {Message} request
 * @property {Message} response
 * @property {string[]} interim
 * @property {{ started: string | null, request_head: string | null, forwarded: string | null, response_head: string | null, ended: string | null }} timing
 * @property {Decision | null} decision
 * @property {Fault | null} fault
 * @property {string[]} injected
 * @property {Token[]} tokens
 *
 * @typedef {Exchange & MoreOfExchange} ExchangeDetail
 *
 * @typedef {object} Certificate
 * @property {string} subject
 * @property {string} issuer
 * @property {string[]} names
 * @property {number} names_left_out
 * @property {string | null} not_before
 * @property {string | null} not_after
 * @property {string} sha256
 * @property {string | null} end_point
 * @property {string | null} ntlm_binding
 *
 * @typedef {object} Tls
 * @property {string | null} server_name
 * @property {string[]} alpn_offered
 * @property {string[]} alpn_declined
 * @property {string | null} version
 * @property {string | null} cipher
 * @property {string | null} alpn
 * @property {boolean} resumed
 * @property {Certificate | null} certificate
 * @property {boolean} client_certificate_asked
 * @property {string[]} client_certificate_issuers
 * @property {string | null} excepted
 * @property {{ check: string, what: string, certificate: string | null, hint: string | null, may_be_excepted: boolean } | null} refusal
 * @property {string[]} remarks
 *
 * @typedef {object} Interception whose TLS is decrypted, and whose never
 * @property {string[]} intercept
 * @property {string[]} tunnel
 * @property {boolean} possible
 *
 * @typedef {object} Connection
 * @property {string} id
 * @property {'client' | 'upstream'} leg
 * @property {string} local
 * @property {string} peer
 * @property {string | null} origin
 * @property {string | null} opened_for
 * @property {boolean} tunnel
 * @property {string | null} opened
 * @property {Tls | null} tls
 * @property {{ from_client: number, to_client: number } | null} carried
 * @property {{ by: 'us' | 'peer', kind: 'fin' | 'reset' | 'timeout', because: string | null, time: string | null } | null} closed
 *
 * @typedef {object} Switch a change of how the proxy behaves
 * @property {'policy' | 'faults' | 'interception'} kind
 * @property {string} [policy]
 * @property {string} [before]
 * @property {string[]} [enabled]
 * @property {string[]} [intercept]
 * @property {string[]} [tunnel]
 * @property {string} time
 *
 * @typedef {object} PolicyChoice
 * @property {string} name
 * @property {string} meaning
 *
 * @typedef {object} FaultChoice
 * @property {string} name
 * @property {string} meaning
 * @property {string} rule
 *
 * @typedef {object} CaptureFile
 * @property {string} name
 * @property {number} size
 * @property {string} modified
 * @property {boolean} current
 *
 * @typedef {object} PolicyList
 * @property {string} policy
 * @property {PolicyChoice[]} policies
 *
 * @typedef {object} FaultList
 * @property {string[]} enabled
 * @property {FaultChoice[]} faults
 *
 * @typedef {object} CaptureList
 * @property {string} folder
 * @property {CaptureFile[]} captures
 *
 * @typedef {object} Viewing a capture that is looked at
 * @property {number} id
 * @property {string} name
 * @property {string} program
 * @property {string} created
 * @property {boolean} clean_end
 * @property {number} not_recorded
 *
 * @typedef {object} Evidence
 * @property {number} exchange
 * @property {string} at
 * @property {[number, number] | null} bytes
 * @property {string} says
 *
 * @typedef {object} Finding
 * @property {number} id
 * @property {string} rule
 * @property {'failure' | 'posture'} kind
 * @property {'critical' | 'error' | 'warning' | 'info'} severity
 * @property {'certain' | 'likely' | 'possible'} confidence
 * @property {string} title
 * @property {string} because
 * @property {string} culprit
 * @property {number} exchange
 * @property {number | null} conversation
 * @property {Evidence[]} evidence
 * @property {string[]} ruled_out
 * @property {string[]} not_visible
 * @property {string} consequence
 * @property {string[]} fix
 * @property {string[]} sources
 *
 * @typedef {object} Summary
 * @property {number} exchanges
 * @property {number} conversations
 * @property {number} status_401
 * @property {number} normal_401
 * @property {number} explained_401
 * @property {number} unexplained_401
 *
 * @typedef {object} Status
 * @property {string} why401
 * @property {number} pid
 * @property {string | null} proxy
 * @property {string[]} listen
 * @property {string | null} ui
 * @property {string | null} lab
 * @property {string | null} capture
 * @property {boolean} recording
 * @property {number} not_recorded
 * @property {string | null} policy
 * @property {string[]} faults
 * @property {Interception | null} interception
 * @property {Summary} summary
 * @property {number} last_event
 * @property {Viewing | null} [viewing]
 *
 * @typedef {object} LiveEvent
 * @property {number} seq
 * @property {string} type
 * @property {any} data
 */
export {};
