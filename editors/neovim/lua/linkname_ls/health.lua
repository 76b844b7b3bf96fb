--- `:checkhealth linkname_ls`
local M = {}

local health = vim.health

---@param cmd string[]
---@return string? # what it prints, nil when it fails
local function output(cmd)
  local started, process = pcall(vim.system, cmd, { text = true, timeout = 10000 })
  local done = started and process:wait()
  return done and done.code == 0 and vim.trim(done.stdout) or nil
end

---@param config vim.lsp.Config
local function check_programs(config)
  health.start('linkname_ls: programs')
  if type(config.cmd) ~= 'table' then
    health.info('The server is started by a function.')
  elseif vim.fn.executable(config.cmd[1]) == 0 then
    health.error(('%s is not executable.'):format(config.cmd[1]), {
      'Put it on PATH.',
      "Or say where it is: vim.lsp.config('linkname_ls', { cmd = { '/path/to/linkname-ls' } })",
    })
  else
    local version = output({ config.cmd[1], '--version' })
    if version then
      health.ok(('%s is %s'):format(vim.fn.exepath(config.cmd[1]), version))
    else
      health.error(('%s does not say its version.'):format(vim.fn.exepath(config.cmd[1])))
    end
  end
  local go = output({ 'go', 'version' })
  if go then
    health.ok(go)
  else
    health.warn('No go command on PATH: links into the Go tree and dependencies are not known.')
  end
end

---@param client vim.lsp.Client
local function check_client(client)
  health.start(('linkname_ls: client %d'):format(client.id))
  local names = vim.tbl_map(function(bufnr)
    return vim.fn.fnamemodify(vim.api.nvim_buf_get_name(bufnr), ':~:.')
  end, vim.tbl_keys(client.attached_buffers))
  table.sort(names)
  health.info('Buffers: ' .. (#names > 0 and table.concat(names, ', ') or 'none'))
  local gopls = vim.tbl_get(client.settings, 'linkname', 'gopls')
  health.info(
    gopls and 'gopls is there: what it says is not said twice.'
      or 'gopls is not in all of its Go buffers.'
  )
  local params = { command = 'linkname.status' }
  local answer, why = client:request_sync('workspace/executeCommand', params, 10000)
  local status = answer and answer.result
  if not status then
    health.error('The server does not answer: ' .. (vim.tbl_get(answer or {}, 'err', 'message') or why))
    return
  end
  health.info(status.text)
  for _, problem in ipairs(status.problems) do
    health.warn(problem)
  end
end

function M.check()
  health.start('linkname_ls: configuration')
  if vim.fn.has('nvim-0.11') == 0 then
    health.error('Neovim 0.11 or newer is needed.')
    return
  end
  local config = vim.lsp.config.linkname_ls
  if not config then
    health.error('lsp/linkname_ls.lua is not on the runtimepath.')
    return
  end
  if vim.lsp.is_enabled('linkname_ls') then
    health.ok('It is enabled.')
  else
    health.warn('It is not enabled.', { "vim.lsp.enable('linkname_ls')" })
  end
  check_programs(config)
  local clients = vim.lsp.get_clients({ name = 'linkname_ls' })
  if #clients == 0 then
    health.start('linkname_ls: clients')
    health.info('None is running: one starts with a Go file.')
  end
  vim.iter(clients):each(check_client)
end

return M
