-- What `.ci/editor` does in neovim 0.7 or newer. Ends with an error code if something is not as expected.
local LONGEST_WAIT = 60000

local function check(condition, what)
  if not condition then
    io.stderr:write("not as expected: " .. what .. "\n")
    vim.cmd("cquit 1")
  end
end

local function wait(what, condition)
  check(vim.wait(LONGEST_WAIT, condition, 20), what)
end

local function text()
  return table.concat(vim.api.nvim_buf_get_lines(0, 0, -1, false), "\n")
end

-- Puts the cursor on the first occurrence of a text, and some characters into it.
local function go_to(wanted, into)
  vim.fn.cursor(1, 1)
  check(vim.fn.search("\\V" .. wanted, "cW") > 0, "the text " .. wanted)
  for _ = 1, into do
    vim.cmd("normal! l")
  end
end

local function run()
  local flows = vim.g.workspace .. "/src/Workflows/"
  local lend = flows .. "Lend-5E1F0000-0001-4000-8000-00000000000A.json"
  vim.o.hidden = true
  vim.cmd("edit " .. vim.fn.fnameescape(lend))
  local buffer = vim.api.nvim_get_current_buf()
  local settings = { name = "flowvet", cmd = { vim.g.flowvet, "server" }, root_dir = vim.g.workspace }
  local id = vim.lsp.start_client(settings)
  check(id, "the server starts")
  vim.lsp.buf_attach_client(buffer, id)

  wait("two findings", function() return #vim.diagnostic.get(buffer) == 2 end)
  local finding = vim.diagnostic.get(buffer)[1]
  check(finding.source == "flowvet" and finding.lnum == 86 and finding.col == 52, vim.inspect(finding))

  go_to("5e1f0000-0002", 3)
  vim.lsp.buf.definition()
  wait("the child flow", function() return vim.api.nvim_buf_get_name(0):match("Tell%-5E1F0000") ~= nil end)
  vim.cmd("buffer " .. buffer)

  -- Characters before the name take different numbers of bytes and UTF-16 units.
  go_to("outputs('Reader''s_📚_title'))", 15)
  vim.lsp.buf.rename("Name of the 読者")
  wait("the new name", function() return text():find('"Name_of_the_読者": {', 1, true) ~= nil end)
  check(select(2, text():gsub("Name_of_the_読者", "")) == 5, "five mentions of the new name: " .. text())
  check(not text():find("📚_title", 1, true), "no mention of the old name")

  local client = vim.lsp.get_client_by_id(id)
  go_to("body('Look_up')", 2)
  local position = vim.lsp.util.make_range_params(0, client.offset_encoding)
  position.context = { diagnostics = {} }
  local answers = vim.lsp.buf_request_sync(buffer, "textDocument/codeAction", position, LONGEST_WAIT)
  local action = answers[id].result[1]
  check(action.title:find("Ignore `unknown-action` in the note", 1, true), vim.inspect(action))
  vim.lsp.util.apply_workspace_edit(action.edit, client.offset_encoding)
  check(text():find("flowvet: allow unknown-action - TODO", 1, true), "the note")
  wait("one finding", function() return #vim.diagnostic.get(buffer) == 1 end)

  -- The fix of the other finding changes another file, which is not open yet.
  go_to("5e1f0000-0002", 3)
  position = vim.lsp.util.make_range_params(0, client.offset_encoding)
  position.context = { diagnostics = {} }
  answers = vim.lsp.buf_request_sync(buffer, "textDocument/codeAction", position, LONGEST_WAIT)
  action = answers[id].result[1]
  check(action.title == "Record `Tell the reader` as on (unsafe)", vim.inspect(action))
  vim.lsp.util.apply_workspace_edit(action.edit, client.offset_encoding)
  local records = vim.fn.bufnr(vim.g.workspace .. "/src/customizations.xml")
  check(records > 0, "the records are open")
  vim.lsp.buf_attach_client(records, id)
  wait("no finding", function() return #vim.diagnostic.get(buffer) == 0 end)

  vim.lsp.stop_client(id)
  wait("the server ends", function() return vim.lsp.get_client_by_id(id) == nil end)
end

local is_ok, fault = xpcall(run, debug.traceback)
check(is_ok, tostring(fault))
vim.cmd("qall!")
