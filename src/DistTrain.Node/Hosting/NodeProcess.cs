using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using DistTrain.Training;

namespace DistTrain.Node.Hosting;

/// <summary>A node of this program as a child process on this machine.</summary>
internal sealed class NodeProcess : IAsyncDisposable
{
    private const string Program = "disttrain";

    private static readonly TimeSpan ReadyWithin = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan StopWithin = TimeSpan.FromSeconds(10);

    private readonly Process process;
    private readonly TaskCompletionSource<NodeAnnouncement> ready = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private NodeProcess(string name, Process process)
    {
        Name = name;
        this.process = process;
    }

    public string Name { get; }

    public int Id => process.Id;

    /// <summary>Starts a node; it ends when this process does.</summary>
    /// <param name="name">For messages, such as <c>worker 2</c>.</param>
    public static NodeProcess Start(string name, IEnumerable<string> arguments, bool verbose)
    {
        ProcessStartInfo start = Self();
        start.ArgumentList.Add("node");
        foreach (string argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        start.ArgumentList.Add("--parent");
        start.ArgumentList.Add(Environment.ProcessId.ToString(CultureInfo.InvariantCulture));
        if (verbose)
        {
            start.ArgumentList.Add("--verbose");
        }

        start.RedirectStandardOutput = true;
        start.RedirectStandardError = true;
        Process process = Process.Start(start) ?? throw new InvalidOperationException($"{start.FileName} could not be started.");
        var node = new NodeProcess(name, process);
        process.OutputDataReceived += (_, line) => node.Heard(line.Data);
        process.ErrorDataReceived += (_, line) =>
        {
            if (line.Data is not null)
            {
                Console.Error.WriteLine($"[{name}] {line.Data}");
            }
        };
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return node;
    }

    /// <summary>Waits until the node says where it listens.</summary>
    /// <exception cref="UserErrorException">It ended, or took too long.</exception>
    public async Task<NodeAnnouncement> ReadyAsync(CancellationToken cancellation)
    {
        Task ended = process.WaitForExitAsync(cancellation);
        Task first = await Task.WhenAny(ready.Task, ended, Task.Delay(ReadyWithin, cancellation)).ConfigureAwait(false);
        cancellation.ThrowIfCancellationRequested();
        if (first == ready.Task)
        {
            return await ready.Task.ConfigureAwait(false);
        }

        throw new UserErrorException(first == ended
            ? $"the {Name} process ended at once with exit code {process.ExitCode}; its message stands above"
            : $"the {Name} process (pid {process.Id}) was not ready within {ReadyWithin.TotalSeconds:0} s");
    }

    /// <summary>Asks the node to leave; ends it by force when it does not within ten seconds.</summary>
    public async ValueTask DisposeAsync()
    {
        if (!process.HasExited)
        {
            Terminate();
            using var patience = new CancellationTokenSource(StopWithin);
            try
            {
                await process.WaitForExitAsync(patience.Token).ConfigureAwait(false);
            }
            catch (OperationCanceledException)
            {
                process.Kill(entireProcessTree: true);
            }
        }

        process.Dispose();
    }

    private static ProcessStartInfo Self()
    {
        string host = Environment.ProcessPath ?? throw new InvalidOperationException("The path of this process is not known.");
        var start = new ProcessStartInfo(host);
        if (Path.GetFileNameWithoutExtension(host).Equals("dotnet", StringComparison.OrdinalIgnoreCase))
        {
            start.ArgumentList.Add(typeof(NodeProcess).Assembly.Location);
        }
        else if (Path.GetFileNameWithoutExtension(host) != Program)
        {
            // A program that holds this one as a library, such as the benchmarks, has it beside itself.
            start.FileName = Path.Combine(AppContext.BaseDirectory, Program);
        }

        return start;
    }

    private void Heard(string? line)
    {
        if (line is not null && NodeAnnouncement.TryParse(line, out NodeAnnouncement? announcement))
        {
            ready.TrySetResult(announcement);
        }
    }

    private void Terminate()
    {
        const int SigTerm = 15;
        if (OperatingSystem.IsWindows())
        {
            process.Kill(entireProcessTree: true);
        }
        else
        {
            // .NET offers no way to ask a process to end; what this returns says only that it has ended already.
            _ = Kill(process.Id, SigTerm);
        }
    }

    [DllImport("libc", EntryPoint = "kill", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Kill(int pid, int signal);
}
