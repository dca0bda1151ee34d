//! What the protocol's library asks of a server: who it is, its tools, and
//! their calls.

use std::sync::Arc;

use anyhow::Context;
use rmcp::model::{
    CallToolRequestParams, CallToolResponse, CallToolResult, ContentBlock, Implementation,
    ListToolsResult, PaginatedRequestParams, ServerCapabilities, ServerConfig, Tool,
};
use rmcp::service::RequestContext;
use rmcp::{ErrorData, RoleServer, ServerHandler};
use serde_json::Value;

use super::calls::{self, Caller};
use crate::serve::State;

/// The tools with their schemas, as the protocol writes them.
const TOOLS: &str = include_str!("tools.json");

/// One client's view of the book.
#[derive(Clone)]
pub(super) struct Handler {
    state: State,
    /// In front of the addresses in texts.
    base: String,
    tools: Arc<[Tool]>,
}

impl Handler {
    /// Fails only when the tools are not described well.
    pub(super) fn new(state: &State, base: &str) -> anyhow::Result<Self> {
        let tools: Vec<Tool> = serde_json::from_str(TOOLS).context("reading the tools")?;
        Ok(Self {
            state: state.clone(),
            base: base.to_owned(),
            tools: tools.into(),
        })
    }
}

impl ServerHandler for Handler {
    fn get_info(&self) -> ServerConfig {
        let snapshot = self.state.snapshot();
        let book = &snapshot.build.config.book;
        let named = Implementation::new("docent", env!("CARGO_PKG_VERSION"));
        let about = match book.description.trim() {
            "" => String::new(),
            description => format!(" ({description})"),
        };
        let instructions = format!(
            "The documentation \"{}\"{about}, {} pages, on this machine. \
            `search` finds sections, `read` gives the Markdown of a page or section, \
            `ask` answers a question with passages and their sources, or says that the \
            documentation does not cover it. Cite the addresses that they give.",
            book.title,
            snapshot.build.site.pages.len(),
        );
        ServerConfig::new(ServerCapabilities::builder().enable_tools().build())
            .with_server_info(named.with_title(&book.title))
            .with_instructions(instructions)
    }

    async fn list_tools(
        &self,
        _: Option<PaginatedRequestParams>,
        _: RequestContext<RoleServer>,
    ) -> Result<ListToolsResult, ErrorData> {
        Ok(ListToolsResult::with_all_items(self.tools.to_vec()))
    }

    fn get_tool(&self, name: &str) -> Option<Tool> {
        self.tools.iter().find(|tool| tool.name == name).cloned()
    }

    /// What the caller got wrong, or has to wait for, is told as the tool's
    /// own error, which assistants can read.
    async fn call_tool(
        &self,
        request: CallToolRequestParams,
        context: RequestContext<RoleServer>,
    ) -> Result<CallToolResponse, ErrorData> {
        let caller = Caller {
            state: &self.state,
            base: &self.base,
        };
        let arguments = Value::Object(request.arguments.unwrap_or_default());
        let call = calls::call(&caller, &request.name, arguments);
        let told = tokio::select! {
            () = context.ct.cancelled() => {
                return Err(ErrorData::internal_error("the call was cancelled", None));
            }
            told = call => told,
        };
        let Some(told) = told else {
            let message = format!("no tool is called `{}`", request.name);
            return Err(ErrorData::invalid_params(message, None));
        };
        let result = match told {
            Ok(told) => {
                let mut result = CallToolResult::success(vec![ContentBlock::text(told.text)]);
                result.structured_content = Some(told.data);
                result
            }
            Err(message) => CallToolResult::error(vec![ContentBlock::text(message)]),
        };
        Ok(result.into())
    }
}
