//! The server, asked through its router and through real sockets.

mod api;
mod ask;
pub mod book;
mod feedback;
mod guard;
mod live;
mod mcp;
mod meaning;
mod openai;
mod openapi;
mod pages;
mod remembered;
mod sockets;
