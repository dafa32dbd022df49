using System.Collections.Concurrent;
using Akka.Actor;
using Akka.Configuration;
using Akka.Event;
using Akka.Hosting;
using DistTrain.Node.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace DistTrain.Tests.Hosting;

/// <summary>What of Akka's own log comes to the user's eyes, by the logging that every node has.</summary>
public sealed class AkkaLogsTests
{
    private const string Writer =
        "akka://disttrain/system/endpointManager/reliableEndpointWriter-akka.tcp%3A%2F%2Fdisttrain%40127.0.0.1%3A42157-2/endpointWriter";

    private const string Protocol = "akka://disttrain/system/transports/akkaprotocolmanager.tcp.0/akkaProtocol-tcp%3A%2F%2Fdisttrain%40%5B%3A%3Affff%3A127.0.0.1%5D%3A53188-1";

    [Theory]
    [InlineData(Writer, "Disassociated")]
    [InlineData("akka://disttrain/system/endpointManager", "Association to [akka.tcp://disttrain@127.0.0.1:42157] with UID [7] is irrecoverably failed. Quarantining address.")]
    [InlineData(Protocol, "No response from remote. Handshake timed out or transport failure detector triggered.")]
    public async Task A_peer_that_has_gone_is_not_worth_a_line(string source, string message)
    {
        Assert.DoesNotContain(await LinesAsync(verbose: false, source, message), line => line.Contains(message, StringComparison.Ordinal));
        Assert.Contains(await LinesAsync(verbose: true, source, message), line => line.Contains(message, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("akka://disttrain/user/coordinator/run-1", "Run 1 failed: the disk is full")]
    [InlineData("akka://disttrain/user/worker-1", "Disassociated")]
    [InlineData(Writer, "Transient association error (association remains live)")]
    public async Task What_went_wrong_otherwise_is(string source, string message) =>
        Assert.Contains(await LinesAsync(verbose: false, source, message), line => line.Contains(message, StringComparison.Ordinal));

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Nothing_of_it_goes_to_stdout(bool verbose)
    {
        using var lines = new Lines();
        using IHost host = Start(verbose, lines);
        await host.StartAsync(TestContext.Current.CancellationToken);

        Settings settings = host.Services.GetRequiredService<ActorSystem>().Settings;

        Assert.Equal("OFF", settings.StdoutLogLevel);
        Assert.Equal([typeof(FilteredLogger).AssemblyQualifiedName], settings.Loggers);
        await host.StopAsync(TestContext.Current.CancellationToken);
    }

    /// <summary>All lines of a process in which an actor failed, or was told of a failure, with that message.</summary>
    private static async Task<IReadOnlyList<string>> LinesAsync(bool verbose, string source, string message)
    {
        const string Last = "the last line";
        using var lines = new Lines();
        using IHost host = Start(verbose, lines);
        await host.StartAsync(TestContext.Current.CancellationToken);
        EventStream events = host.Services.GetRequiredService<ActorSystem>().EventStream;

        // As a supervisor tells of a child that failed.
        events.Publish(new Error(new InvalidOperationException(message), source, typeof(OneForOneStrategy), message));
        events.Publish(new Error(null, "akka://disttrain/user/test", typeof(AkkaLogsTests), Last));

        await lines.UntilAsync(Last);
        await host.StopAsync(TestContext.Current.CancellationToken);
        return lines.All;
    }

    private static IHost Start(bool verbose, Lines lines) => new HostBuilder()
        .ConfigureLogging(logging =>
        {
            Logs.Configure(logging, verbose);
            logging.ClearProviders().AddProvider(lines);
        })
        .ConfigureServices(services => services.AddSingleton<IHostLifetime, NoLifetime>().AddAkka("disttrain", akka => akka.WithLogs(verbose)))
        .Build();

    private sealed class Lines : ILoggerProvider, ILogger
    {
        private readonly ConcurrentQueue<string> lines = new();
        private readonly SemaphoreSlim more = new(0);

        public IReadOnlyList<string> All => [.. lines];

        public async Task UntilAsync(string text)
        {
            while (!lines.Any(line => line.Contains(text, StringComparison.Ordinal)))
            {
                Assert.True(await more.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken), $"'{text}' was not logged");
            }
        }

        public ILogger CreateLogger(string categoryName) => this;

        public bool IsEnabled(Microsoft.Extensions.Logging.LogLevel logLevel) => true;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public void Log<TState>(
            Microsoft.Extensions.Logging.LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            lines.Enqueue(formatter(state, exception));
            more.Release();
        }

        public void Dispose() => more.Dispose();
    }
}
