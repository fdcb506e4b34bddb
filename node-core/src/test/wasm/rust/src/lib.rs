//! A contract for tests that answers with its decoded arguments and has a command for every kind of answer. It uses bincode
//! and serde as contracts in Rust do, so the tests check the node's codec against another implementation.

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

type Id = [u8; 32];

#[derive(Deserialize, Debug)]
enum UpdateData {
    State(Vec<u8>),
    Delta(Vec<u8>),
    StateAndDelta { state: Vec<u8>, delta: Vec<u8> },
    RelatedState { related_to: Id, state: Vec<u8> },
    RelatedDelta { related_to: Id, delta: Vec<u8> },
    RelatedStateAndDelta { related_to: Id, state: Vec<u8>, delta: Vec<u8> },
}

#[derive(Serialize)]
enum ContractError {
    Deser(String),
    InvalidUpdate,
    InvalidUpdateWithInfo { reason: String },
    InvalidState,
    InvalidDelta,
    Other(String),
}

#[derive(Serialize)]
enum ValidateResult {
    Valid,
    Invalid,
    RequestRelated(Vec<Id>),
}

#[derive(Serialize)]
enum RelatedMode {
    StateOnce,
    StateThenSubscribe,
}

#[derive(Serialize)]
struct RelatedContract {
    contract_instance_id: Id,
    mode: RelatedMode,
}

#[derive(Serialize)]
struct UpdateModification {
    new_state: Option<Vec<u8>>,
    related: Vec<RelatedContract>,
}

#[repr(C)]
struct Buffer {
    start: i64,
    capacity: u32,
    last_read: i64,
    last_write: i64,
}

#[repr(C)]
struct Answer {
    ptr: i64,
    kind: i32,
    size: u32,
}

#[no_mangle]
pub extern "C" fn __frnt__initiate_buffer(capacity: u32) -> i64 {
    let data: &'static mut [u8] = Box::leak(vec![0; capacity as usize].into_boxed_slice());
    let buffer = Buffer {
        start: data.as_ptr() as i64,
        capacity,
        last_read: Box::leak(Box::new(0u32)) as *mut u32 as i64,
        last_write: Box::leak(Box::new(0u32)) as *mut u32 as i64,
    };
    Box::leak(Box::new(buffer)) as *mut Buffer as i64
}

unsafe fn argument(at: i64) -> &'static [u8] {
    let buffer = &*(at as *const Buffer);
    let size = *(buffer.last_write as *const u32);
    std::slice::from_raw_parts(buffer.start as *const u8, size as usize)
}

fn answer<T: Serialize>(kind: i32, value: Result<T, ContractError>) -> i64 {
    let bytes = Box::leak(bincode::serialize(&value).unwrap().into_boxed_slice());
    let answer = Answer { ptr: bytes.as_ptr() as i64, kind, size: bytes.len() as u32 };
    Box::leak(Box::new(answer)) as *mut Answer as i64
}

fn ids(parameters: &[u8]) -> Vec<Id> {
    parameters[1..].chunks_exact(32).map(|id| id.try_into().unwrap()).collect()
}

fn error(parameters: &[u8]) -> ContractError {
    let text = String::from_utf8_lossy(&parameters[2..]).into_owned();
    match parameters[1] {
        0 => ContractError::Deser(text),
        1 => ContractError::InvalidUpdate,
        2 => ContractError::InvalidUpdateWithInfo { reason: text },
        3 => ContractError::InvalidState,
        4 => ContractError::InvalidDelta,
        _ => ContractError::Other(text),
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{:02x}", byte)).collect()
}

#[no_mangle]
pub unsafe extern "C" fn validate_state(parameters: i64, _state: i64, related: i64) -> i64 {
    let parameters = argument(parameters);
    answer(0, match parameters[0] {
        b'V' => Ok(ValidateResult::Valid),
        b'I' => Ok(ValidateResult::Invalid),
        b'R' => Ok(ValidateResult::RequestRelated(ids(parameters))),
        b'E' => Err(error(parameters)),
        b'P' => panic!("as told"),
        _ => match bincode::deserialize::<BTreeMap<Id, Option<Vec<u8>>>>(argument(related)) {
            Ok(map) => Err(ContractError::Other(
                map.iter()
                    .map(|(id, state)| format!("{:02x}={}", id[0], state.as_ref().map_or("none".into(), |s| hex(s))))
                    .collect::<Vec<_>>()
                    .join(","),
            )),
            Err(wrong) => Err(ContractError::Deser(wrong.to_string())),
        },
    })
}

#[no_mangle]
pub unsafe extern "C" fn update_state(parameters: i64, _state: i64, updates: i64) -> i64 {
    let parameters = argument(parameters);
    let none = Vec::new;
    answer(2, match parameters[0] {
        b'E' => Err(error(parameters)),
        b'N' => Ok(UpdateModification { new_state: None, related: none() }),
        b'Q' => Ok(UpdateModification {
            new_state: None,
            related: ids(parameters)
                .into_iter()
                .enumerate()
                .map(|(i, id)| RelatedContract {
                    contract_instance_id: id,
                    mode: if i == 0 { RelatedMode::StateOnce } else { RelatedMode::StateThenSubscribe },
                })
                .collect(),
        }),
        _ => match bincode::deserialize::<Vec<UpdateData>>(argument(updates)) {
            Ok(all) => Ok(UpdateModification {
                new_state: Some(format!("{:?}", all).into_bytes()),
                related: none(),
            }),
            Err(wrong) => Err(ContractError::Deser(wrong.to_string())),
        },
    })
}

#[no_mangle]
pub unsafe extern "C" fn summarize_state(parameters: i64, state: i64) -> i64 {
    let parameters = argument(parameters);
    answer(3, if parameters[0] == b'E' { Err(error(parameters)) } else { Ok(argument(state).to_vec()) })
}

#[no_mangle]
pub unsafe extern "C" fn get_state_delta(parameters: i64, _state: i64, summary: i64) -> i64 {
    let parameters = argument(parameters);
    answer(4, if parameters[0] == b'E' { Err(error(parameters)) } else { Ok(argument(summary).to_vec()) })
}
