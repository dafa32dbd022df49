using Akka.Hosting;
using Microsoft.Extensions.Logging.Console;
using LogLevel = Microsoft.Extensions.Logging.LogLevel;

namespace DistTrain.Node.Hosting;

/// <summary>Where log lines go: to stderr, because stdout belongs to results.</summary>
internal static class Logs
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

    /// <summary>The same for what Akka has to say.</summary>
    public static AkkaConfigurationBuilder WithLogs(this AkkaConfigurationBuilder akka, bool verbose)
    {
        // Before its loggers are there and after they have gone, Akka would write to stdout.
        akka.AddHocon("akka.stdout-loglevel = OFF", HoconAddMode.Prepend);
        return akka.ConfigureLoggers(loggers =>
        {
            loggers.ClearLoggers();
            loggers.AddLogger<FilteredLogger>();
            loggers.LogLevel = verbose ? Akka.Event.LogLevel.InfoLevel : Akka.Event.LogLevel.ErrorLevel;
            if (!verbose)
            {
                loggers.WithLogFilter(filter => filter.Add(new BrokenAssociations()));
            }
        });
    }
}
