using System.Text.RegularExpressions;
using Akka.Event;
using Akka.Hosting;
using Microsoft.Extensions.Logging.Console;
using LogLevel = Microsoft.Extensions.Logging.LogLevel;

namespace DistTrain.Node.Hosting;

/// <summary>Where log lines go: to stderr, because stdout belongs to results.</summary>
internal static partial class Logs
{
    public static void Configure(ILoggingBuilder logging, bool verbose)
    {
        logging.ClearProviders();
        logging.SetMinimumLevel(verbose ? LogLevel.Debug : LogLevel.Error);
        logging.AddFilter("Microsoft", verbose ? LogLevel.Information : LogLevel.Error);
        logging.AddFilter("Microsoft.Extensions.Diagnostics.HealthChecks", LogLevel.None);

        // A start that fails, or that Ctrl-C cuts short, is told in one line by whoever asked for it.
        logging.AddFilter("Microsoft.Extensions.Hosting.Internal.Host", verbose ? LogLevel.Information : LogLevel.None);
        logging.AddSimpleConsole(console =>
        {
            console.SingleLine = true;
            console.TimestampFormat = "HH:mm:ss.fff ";
            console.ColorBehavior = LoggerColorBehavior.Disabled;
        });
        logging.Services.Configure<ConsoleLoggerOptions>(console => console.LogToStandardErrorThreshold = LogLevel.Trace);
    }

    [GeneratedRegex("endpointManager|EndpointWriter|ProtocolStateActor")]
    private static partial Regex Endpoints();

    public static Action<LoggerConfigBuilder> FromAkka(bool verbose) => loggers =>
    {
        loggers.ClearLoggers();
        loggers.AddLoggerFactory();
        if (!verbose)
        {
            // A node that leaves or dies breaks its associations; what that means for a run is told by the run's events.
            loggers.LogFilterBuilder = new LogFilterBuilder().ExcludeSourceRegex(Endpoints());
        }

        loggers.LogLevel = verbose ? Akka.Event.LogLevel.InfoLevel : Akka.Event.LogLevel.ErrorLevel;
    };
}
